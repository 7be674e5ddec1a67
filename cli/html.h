/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_HTML_H
#define CLI_HTML_H

/* The page of tlsreport dashboard: dashboards/page/ around its data. */

#include <glib.h>
#include <stdbool.h>

/* The title, a text, and whether script and style are files beside the page
 * that it shares with others. */
typedef struct {
	const char *title;
	bool shares;
} HtmlStyle;

typedef enum {
	HTML_SCRIPT,
	HTML_SHEET,
	HTML_INDEX_SCRIPT,
	HTML_INDEX_SHEET,
	HTML_PART_COUNT,
} HtmlPart;

/* All of a page but its data. */
typedef struct HtmlFrame HtmlFrame;

/* NULL and G_IO_ERROR_NOT_SUPPORTED where the program was built without the
 * page. The caller frees it. */
HtmlFrame *html_frame_new(const HtmlStyle *style, GError **error);
void html_frame_free(HtmlFrame *frame);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(HtmlFrame, html_frame_free)

/* A page that runs no script but its own, whatever the texts in `json` are, and
 * loads nothing but what it shares. The caller frees it. */
char *html_write(const HtmlFrame *frame, const char *json);

/* A part that pages share, and the path at which they look for it, which
 * changes with its bytes and begins with HTML_PART_PREFIX. The caller frees
 * both. Only where there are frames. */
#define HTML_PART_PREFIX "assets/tlsreport-"
GBytes *html_get_part(HtmlPart part);
char *html_make_path(HtmlPart part);

/* What Content-Security-Policy and the attribute integrity know the part by;
 * the caller frees it. */
char *html_make_hash(HtmlPart part);

#endif
