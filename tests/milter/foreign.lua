-- SPDX-License-Identifier: BSD-2-Clause
-- Mail for others is let go at DATA, message after message.
dofile("lua/session.lua")

run(function()
	local session = open()
	for _ = 1, 3 do
		envelope(session, "<alice@kiosk.test>", "<bob@kiosk.test>")
		expect(session, SMFIR_ACCEPT, mt.data(session))
	end
	mt.disconnect(session)
end)
