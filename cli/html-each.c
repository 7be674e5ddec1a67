/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/html-each.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/html-data.h"
#include "cli/html-directory.h"
#include "cli/html-index.h"
#include "cli/html.h"

enum {
	/* Domains that are read at once: the more, the faster, and the more
	 * memory. */
	BATCH_SIZE = 250,
};

typedef struct {
	Store *store;
	const StoreDashboardFilter *filter;
	const HtmlFrame *frame;
	HtmlDirectory *directory;
	json_t *rollout;
} Job;

static void show_progress(size_t done, size_t total)
{
	if (isatty(STDERR_FILENO) == 0 || total <= BATCH_SIZE)
		return;
	fprintf(stderr, "\r\033[K");
	if (done < total)
		fprintf(stderr, "%zu of %zu pages", done, total);
	fflush(stderr);
}

/* The array as an object by domain, which the caller unrefs. */
static json_t *sort_rollout(const char *text)
{
	json_t *array = text != NULL ? json_loads(text, 0, NULL) : NULL;
	json_t *sorted = json_object();
	size_t i;
	json_t *one;

	json_array_foreach(array, i, one) json_object_set(
		sorted, json_string_value(json_object_get(one, "domain")), one);
	json_decref(array);
	return sorted;
}

static void append_rollout(
	GString *members, const json_t *rollout, const char *domain)
{
	char *text = json_dumps(json_object_get(rollout, domain), JSON_COMPACT);

	if (text != NULL)
		g_string_append_printf(members, ",\n\"rollout\":[%s]", text);
	free(text);
}

static bool write_page(Job *job, const char *domain,
	const StoreDashboardPage *read, GError **error)
{
	g_autofree char *name = html_index_make_name(domain);
	g_autofree char *data = NULL;
	g_autofree char *page = NULL;

	append_rollout(read->members, job->rollout, domain);
	data = html_data_write(read);
	page = html_write(job->frame, data);
	return html_directory_write(job->directory, name, page, error);
}

static bool write_batch(Job *job, const char *const *domains, GError **error)
{
	StoreDashboardFilter filter = *job->filter;
	g_autoptr(GHashTable) pages = NULL;

	filter.domains = domains;
	pages = store_dashboard_read_each(job->store, &filter, error);
	for (size_t i = 0; pages != NULL && domains[i] != NULL; i++) {
		const StoreDashboardPage *read =
			g_hash_table_lookup(pages, domains[i]);

		if (!write_page(job, domains[i], read, error))
			return false;
	}
	return pages != NULL;
}

static bool write_pages(Job *job, const StoreTable *table, GError **error)
{
	const char *domains[BATCH_SIZE + 1];
	size_t count = 0;

	for (size_t row = 0; row < table->row_count; row++) {
		domains[count++] = store_table_get(table, row, "policy_domain");
		if (count < BATCH_SIZE && row + 1 < table->row_count)
			continue;
		domains[count] = NULL;
		count = 0;
		if (!write_batch(job, domains, error))
			return false;
		show_progress(row + 1, table->row_count);
	}
	return true;
}

static bool write_all(Job *job, const StoreDashboardList *list,
	const char *title, GError **error)
{
	g_autofree char *index = NULL;

	if (!write_pages(job, list->domains, error))
		return false;
	index = html_index_write(
		list->domains, list->modes, job->rollout, title);
	return html_directory_write(
		       job->directory, "index.html", index, error) &&
	       html_directory_prune(job->directory, error);
}

bool html_each_write(Store *store, const StoreDashboardFilter *filter,
	const char *path, const char *title, GError **error)
{
	const HtmlStyle style = {title, true};
	g_autoptr(HtmlFrame) frame = html_frame_new(&style, error);
	g_autoptr(StoreDashboardList) list =
		frame == NULL ? NULL
			      : store_dashboard_list(store, filter, error);
	g_autoptr(HtmlDirectory) directory =
		list == NULL ? NULL : html_directory_open(path, error);
	Job job = {store, filter, frame, directory, NULL};
	bool done;

	if (directory == NULL)
		return false;
	job.rollout = sort_rollout(list->rollout);
	done = write_all(&job, list, title, error);
	json_decref(job.rollout);
	return done;
}
