/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/milter/intake-world.h"

#include <glib/gstdio.h>
#include <string.h>

#include "milter/log.h"
#include "parser/parser.h"
#include "sql/error.h"
#include "sql/store-insert.h"
#include "sql/store-quarantine.h"
#include "tests/conf/settings-file.h"

struct Store {
	bool away;
};

static struct Store store;
GString *world_said;
GString *world_lines;

static bool is_here(GError **error)
{
	if (store.away)
		g_set_error_literal(
			error, STORE_ERROR, STORE_ERROR_UNAVAILABLE, "away");
	return !store.away;
}

bool store_insert(Store *unused, const StoreReport *report,
	StoreOutcome *outcome, GError **error)
{
	const char *id = report->report->report_id;

	(void)unused;
	if (!is_here(error))
		return false;
	g_string_append_printf(
		world_said, "%s by %s,", id, report->auth_domain);
	*outcome = STORE_OUTCOME_STORED;
	if (strcmp(id, "duplicate") == 0)
		*outcome = STORE_OUTCOME_DUPLICATE;
	if (strcmp(id, "conflict") == 0)
		*outcome = STORE_OUTCOME_CONFLICT;
	if (strcmp(id, "refused") == 0)
		g_set_error_literal(
			error, STORE_ERROR, STORE_ERROR_REFUSED, "too odd");
	return strcmp(id, "refused") != 0;
}

bool store_quarantine(Store *unused, const StoreQuarantine *row, GError **error)
{
	(void)unused;
	if (!is_here(error))
		return false;
	g_string_append_printf(world_said, "quarantine %s of %s,", row->reason,
		row->part_name);
	return true;
}

void log_message(int priority, const char *format, ...)
{
	va_list arguments;

	(void)priority;
	va_start(arguments, format);
	g_string_append_vprintf(world_lines, format, arguments);
	va_end(arguments);
	g_string_append_c(world_lines, '\n');
}

static Snapshot *make_snapshot(int circumstances)
{
	g_autofree char *text = g_strconcat(SETTINGS_FILE_ADDRESS,
		"dkim = authres\ntrusted_authserv_id = mx.example\n"
		"max_report_age = 36500\n",
		circumstances & REQUIRE ? "authentication = require\n" : "",
		circumstances & TEMPFAIL ? "on_store_failure = tempfail\n" : "",
		circumstances & FEW ? "max_untrusted_rows = 1000\n" : "", NULL);

	return snapshot_new(settings_file_load(text, NULL));
}

Message *world_make_message(const char *mail, int circumstances)
{
	Message *message = message_new();

	message_begin(message, make_snapshot(circumstances), "<a@b.example>");
	message_add_body(message, (const uint8_t *)mail, strlen(mail));
	return message;
}

void world_reset(int circumstances)
{
	g_string_truncate(world_said, 0);
	g_string_truncate(world_lines, 0);
	store.away = circumstances & AWAY;
}

guint world_count_spooled(const World *world)
{
	g_autoptr(GPtrArray) entries = spool_list(world->spool, NULL);

	return entries->len;
}

int world_set_up(void **state)
{
	World *world = g_new0(World, 1);

	parser_init();
	world_said = g_string_new(NULL);
	world_lines = g_string_new(NULL);
	world->directory = g_dir_make_tmp("tlsrpt-intake-XXXXXX", NULL);
	world->spool = spool_open(world->directory, NULL);
	world->intake = intake_new(&store, world->spool, 2);
	snapshot_set_current(make_snapshot(NOTHING));
	*state = world;
	return 0;
}

static void remove_place(const char *directory)
{
	static const char *const places[] = {"tmp", "new", "corrupt", ""};

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree char *path =
			g_build_filename(directory, places[i], NULL);

		g_rmdir(path);
	}
}

int world_tear_down(void **state)
{
	World *world = *state;
	g_autoptr(GPtrArray) entries = spool_list(world->spool, NULL);

	for (guint i = 0; i < entries->len; i++)
		spool_remove(world->spool, entries->pdata[i], NULL);
	intake_free(world->intake);
	spool_close(world->spool);
	remove_place(world->directory);
	g_free(world->directory);
	g_free(world);
	snapshot_set_current(NULL);
	g_string_free(world_said, TRUE);
	g_string_free(world_lines, TRUE);
	return 0;
}
