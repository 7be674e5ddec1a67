/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/html-each.h"

#include <stdio.h>
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

static bool write_page(Job *job, const char *domain,
	const StoreDashboardPage *read, GError **error)
{
	g_autofree char *data = html_data_write(read);
	g_autofree char *page = html_write(job->frame, data);
	g_autofree char *name = html_index_make_name(domain);

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

bool html_each_write(Store *store, const StoreDashboardFilter *filter,
	const char *path, const char *title, GError **error)
{
	const HtmlStyle style = {title, true};
	g_autoptr(HtmlFrame) frame = html_frame_new(&style, error);
	g_autofree char *modes = NULL;
	g_autoptr(StoreTable) domains =
		frame == NULL
			? NULL
			: store_dashboard_list(store, filter, &modes, error);
	g_autoptr(HtmlDirectory) directory =
		domains == NULL ? NULL : html_directory_open(path, error);
	g_autofree char *index = NULL;
	Job job = {store, filter, frame, directory};

	if (directory == NULL || !write_pages(&job, domains, error))
		return false;
	index = html_index_write(domains, modes, title);
	return html_directory_write(directory, "index.html", index, error) &&
	       html_directory_prune(directory, error);
}
