/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/watch.h"

bool alert_watch_look(G_GNUC_UNUSED const Settings *settings,
	G_GNUC_UNUSED Store *store, bool *more, G_GNUC_UNUSED GError **error)
{
	*more = false;
	return true;
}

bool alert_watch_is_on(G_GNUC_UNUSED const Settings *settings)
{
	return false;
}
