/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/trouble.h"

#include <string.h>
#include <syslog.h>

#include "intake/reason.h"
#include "milter/log.h"
#include "spool/spool.h"

static bool is_same(const GError *error, const GError *other)
{
	if (error == NULL || other == NULL)
		return error == other;
	return g_error_matches(error, other->domain, other->code) &&
	       (error->domain == SPOOL_ERROR || error->domain == REASON_ERROR ||
		       strcmp(error->message, other->message) == 0);
}

bool trouble_note(Trouble *trouble, GError *error)
{
	bool is_known = is_same(trouble->error, error);

	g_clear_error(&trouble->error);
	trouble->error = error;
	if (is_known)
		return false;
	if (error != NULL)
		log_message(LOG_ERR, "%s: %s", trouble->work, error->message);
	else
		log_message(LOG_NOTICE, "%s: works again", trouble->work);
	return true;
}

void trouble_clear(Trouble *trouble)
{
	g_clear_error(&trouble->error);
}
