-- SPDX-License-Identifier: BSD-2-Clause
-- A mail that cannot be a report is let go at the end of its header.
dofile("lua/session.lua")

run(function()
	local session = open()
	envelope(session, "<tls-rpt@kiosk.test>")
	expect(session, SMFIR_CONTINUE, mt.data(session))
	content_type(session, "text/plain; charset=utf-8")
	expect(session, SMFIR_ACCEPT, mt.eoh(session))
	mt.disconnect(session)
end)
