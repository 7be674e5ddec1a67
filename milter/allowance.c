/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/allowance.h"

#include <string.h>
#include <syslog.h>

#include "milter/log.h"

typedef struct {
	int64_t rows;
	bool logged;
} Used;

/* All under the mutex. */
static struct {
	GMutex mutex;
	GHashTable *trusted;
	int64_t day;
	/* By mail, and over HTTPS. */
	Used by[2];
} used;

static bool is_trusted(const char *auth_domain)
{
	return used.trusted != NULL && *auth_domain != '\0' &&
	       (g_hash_table_contains(used.trusted, auth_domain) ||
		       g_hash_table_contains(used.trusted, "*"));
}

static void begin_day(void)
{
	int64_t today = g_get_real_time() / G_TIME_SPAN_DAY;

	if (used.day == today)
		return;
	used.day = today;
	memset(used.by, 0, sizeof(used.by));
}

static void log_flood(bool over_https, int64_t rows, int64_t rows_most)
{
	log_message(LOG_WARNING,
		"flood: reports that no trusted signer has signed have added "
		"%" G_GINT64_FORMAT
		" rows today%s, and max_untrusted_rows is %" G_GINT64_FORMAT
		": further ones %s until tomorrow; see \"Floods\" in "
		"tlsrpt-milter(8)",
		rows, over_https ? " over HTTPS" : "", rows_most,
		over_https ? "wait in https_spool_directory"
			   : "are answered with 451");
}

void allowance_set_trusted(GHashTable *domains)
{
	GHashTable *old;

	g_mutex_lock(&used.mutex);
	old = used.trusted;
	used.trusted = domains;
	g_mutex_unlock(&used.mutex);
	g_clear_pointer(&old, g_hash_table_unref);
}

bool allowance_permits(
	const char *auth_domain, bool over_https, int64_t rows_most)
{
	Used *by = &used.by[over_https];
	bool permitted;
	bool is_first;
	int64_t rows;

	g_mutex_lock(&used.mutex);
	begin_day();
	permitted = by->rows < rows_most || is_trusted(auth_domain);
	is_first = !permitted && !by->logged;
	by->logged |= is_first;
	rows = by->rows;
	g_mutex_unlock(&used.mutex);
	if (is_first)
		log_flood(over_https, rows, rows_most);
	return permitted;
}

static int64_t count_rows(const Report *report)
{
	size_t rows = 1 + report->policy_count;

	for (size_t i = 0; i < report->policy_count; i++)
		rows += report->policies[i].failure_count;
	return (int64_t)rows;
}

void allowance_count(
	const char *auth_domain, bool over_https, const Report *report)
{
	g_mutex_lock(&used.mutex);
	begin_day();
	if (!is_trusted(auth_domain))
		used.by[over_https].rows += count_rows(report);
	g_mutex_unlock(&used.mutex);
}
