/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_HTML_H
#define CLI_HTML_H

/* The page of tlsreport dashboard: dashboards/page/ around its data. */

#include <glib.h>

/* A page that loads nothing and runs no script but its own, whatever the texts
 * in `json` are. The caller frees it; NULL and G_IO_ERROR_NOT_SUPPORTED where
 * the program was built without the page. */
char *html_write(const char *json, GError **error);

#endif
