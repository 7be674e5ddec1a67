/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_HTML_EACH_H
#define CLI_HTML_EACH_H

/* A page for each policy domain, and a list of them. */

#include <glib.h>
#include <stdbool.h>

#include "sql/store-dashboard.h"

/* Writes the pages of the domains that the filter chooses into a directory, and
 * removes those of others; progress on a terminal. A page says nothing about
 * other domains; index.html lists all. */
bool html_each_write(Store *store, const StoreDashboardFilter *filter,
	const char *path, const char *title, GError **error);

#endif
