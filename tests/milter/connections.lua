-- SPDX-License-Identifier: BSD-2-Clause
-- Sessions that are open side by side do not see each other's recipients.
dofile("lua/session.lua")

run(function()
	local first = open()
	local second = open()
	envelope(first, "<tls-rpt@kiosk.test>")
	envelope(second, "<alice@kiosk.test>")
	expect(second, SMFIR_ACCEPT, mt.data(second))
	expect(first, SMFIR_CONTINUE, mt.data(first))
	mt.disconnect(second)
	mt.disconnect(first)
end)
