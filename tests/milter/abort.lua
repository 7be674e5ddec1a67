-- SPDX-License-Identifier: BSD-2-Clause
-- An abort, at any time, leaves the session usable and forgets the message.
dofile("lua/session.lua")

run(function()
	local session = open()
	for stage = 1, 4 do
		envelope(session, "<tls-rpt@kiosk.test>")
		if stage > 1 then
			expect(session, SMFIR_CONTINUE, mt.data(session))
		end
		if stage > 2 then
			content_type(session, "multipart/report; boundary=b")
		end
		if stage > 3 then
			expect(session, SMFIR_CONTINUE, mt.eoh(session))
		end
		mt.abort(session)
	end
	envelope(session, "<alice@kiosk.test>")
	expect(session, SMFIR_ACCEPT, mt.data(session))
	mt.disconnect(session)
end)
