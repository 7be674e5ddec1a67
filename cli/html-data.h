/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_HTML_DATA_H
#define CLI_HTML_DATA_H

/* The data of a page: what the database says, with its reports explained. */

#include "sql/store-dashboard.h"

/* An object of JSON. Its member `details` has the stored reports by key, each
 * as a list of lines: what it is, its text, and the label of a field or the
 * tone of others. No report has more than 32 KiB; the line "more" says that
 * there were. The caller frees the text. */
char *html_data_write(const StoreDashboardPage *page);

#endif
