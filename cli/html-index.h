/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_HTML_INDEX_H
#define CLI_HTML_INDEX_H

/* The list of the pages of several domains. */

#include <jansson.h>

#include "sql/store-table.h"

/* A page whose script filters its list. `domains` and `modes`, which may be
 * NULL, are those of store_dashboard_list(), `rollout` is an object with its
 * objects by domain. The caller frees it. */
char *html_index_write(const StoreTable *domains, const char *modes,
	const json_t *rollout, const char *title);

/* The name of a domain's page, whatever stands in that of the domain: letters,
 * digits, dots, hyphens and underscores, with .html at the end; index.html is
 * none. The caller frees it. */
char *html_index_make_name(const char *domain);

#endif
