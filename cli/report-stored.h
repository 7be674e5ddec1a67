/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_REPORT_STORED_H
#define CLI_REPORT_STORED_H

/* One report of the database, shown as a file would be. */

#include <stdbool.h>

#include "cli/command.h"
#include "parser/parser.h"
#include "sql/store-query.h"

/* Explains the report that an id names, and says how it came; with `json`, as
 * canonical JSON. The id is a report_id or report_key, or the beginning of one;
 * of the filter the days count. Complains when there is none or are several. */
CommandStatus report_stored_show(Store *store, const char *id,
	const StoreQueryFilter *filter, bool json);

/* The JSON of sql/query/report-get.sql, of which parts are reports; NULL and an
 * error when it is none. The caller frees it. */
ParsedMessage *report_stored_parse(const char *text, GError **error);

#endif
