/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/spool/place.h"

#include <glib/gstdio.h>

#include "tests/test.h"

int place_make(void **state)
{
	*state = g_dir_make_tmp("tlsrpt-spool-XXXXXX", NULL);
	return *state != NULL ? 0 : -1;
}

static void remove_tree(const char *path)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;

	while (directory != NULL &&
		(name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *child = g_build_filename(path, name, NULL);

		remove_tree(child);
	}
	g_remove(path);
}

int place_remove(void **state)
{
	remove_tree(*state);
	g_free(*state);
	return 0;
}

void place_add(Spool *spool, const char *queue_id)
{
	const SpoolEnvelope envelope = {1769904000, queue_id, NULL, NULL};
	g_autoptr(GError) error = NULL;

	if (!spool_add(spool, &envelope, place_bytes, sizeof(place_bytes),
		    PLACE_PLENTY, &error))
		fail_msg("%s", error->message);
}

static char *queue_id_of(Spool *spool, const SpoolEntry *entry)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(SpoolMessage) message = spool_read(spool, entry, &error);

	if (message == NULL)
		fail_msg("%s", error->message);
	return g_strdup(message->envelope.queue_id);
}

/* The queue ids of all files in order, with "!" before those set aside. */
static char *list(Spool *spool)
{
	g_autoptr(GPtrArray) entries = spool_list(spool, NULL);
	GString *text = g_string_new(NULL);

	assert_non_null(entries);
	for (guint i = 0; i < entries->len; i++) {
		const SpoolEntry *entry = entries->pdata[i];
		g_autofree char *id = queue_id_of(spool, entry);

		g_string_append_printf(
			text, "%s%s ", entry->corrupt ? "!" : "", id);
	}
	return g_string_free(text, FALSE);
}

void place_check_list(Spool *spool, const char *wanted)
{
	g_autofree char *got = list(spool);

	assert_string_equal(got, wanted);
}

SpoolEntry *place_first(Spool *spool, GPtrArray **entries)
{
	*entries = spool_list(spool, NULL);
	assert_non_null(*entries);
	assert_true((*entries)->len > 0);
	return (*entries)->pdata[0];
}
