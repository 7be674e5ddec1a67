-- SPDX-License-Identifier: BSD-2-Clause
-- What the scripts share; miltertest says nothing of an error by itself.

function run(script)
	local done, message = pcall(script)
	if not done then
		print(message)
		os.exit(1)
	end
end

function open()
	local session = mt.connect(socket, 40, 0.05)
	if session == nil then
		error("no connection to " .. socket)
	end
	local failure = mt.negotiate(session, nil, nil, nil)
	if failure ~= nil then
		error(failure)
	end
	return session
end

-- Ends the script unless the step went well and was answered as wanted.
function expect(session, wanted, failure)
	if failure ~= nil then
		error(failure, 2)
	end
	local reply = mt.getreply(session)
	if reply ~= wanted then
		error("reply " .. string.char(reply) .. ", not "
			.. string.char(wanted), 2)
	end
end

function envelope(session, ...)
	mt.macro(session, SMFIC_MAIL, "i", "LUA1")
	expect(session, SMFIR_CONTINUE,
		mt.mailfrom(session, "<reports@example.net>"))
	for _, recipient in ipairs({...}) do
		expect(session, SMFIR_CONTINUE, mt.rcptto(session, recipient))
	end
end

function content_type(session, value)
	expect(session, SMFIR_CONTINUE,
		mt.header(session, "From", "reports@example.net"))
	expect(session, SMFIR_CONTINUE,
		mt.header(session, "Content-Type", value))
end
