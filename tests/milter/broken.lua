-- SPDX-License-Identifier: BSD-2-Clause
-- A report that cannot be read is accepted, and so is the mail after it.
dofile("lua/session.lua")

local function send(session)
	envelope(session, "<tls-rpt@kiosk.test>", "<alice@kiosk.test>")
	expect(session, SMFIR_CONTINUE, mt.data(session))
	content_type(session, "application/tlsrpt+json")
	expect(session, SMFIR_CONTINUE, mt.eoh(session))
	expect(session, SMFIR_CONTINUE,
		mt.bodystring(session, "{\"report-id\": \r\n"))
	mt.eom(session)
	local reply = mt.getreply(session)
	if reply ~= SMFIR_ACCEPT and reply ~= SMFIR_CONTINUE then
		error("reply " .. string.char(reply))
	end
	if mt.eom_check(session, MT_RCPTDELETE, "<tls-rpt@kiosk.test>") then
		error("a recipient was taken away")
	end
end

run(function()
	local session = open()
	send(session)
	send(session)
	mt.disconnect(session)
end)
