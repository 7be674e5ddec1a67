/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/html.h"

#include <gio/gio.h>

HtmlFrame *html_frame_new(G_GNUC_UNUSED const HtmlStyle *style, GError **error)
{
	g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
		"this program was built without the page (configure "
		"--without-dashboard)");
	return NULL;
}

void html_frame_free(G_GNUC_UNUSED HtmlFrame *frame)
{
}

char *html_write(
	G_GNUC_UNUSED const HtmlFrame *frame, G_GNUC_UNUSED const char *json)
{
	return NULL;
}

GBytes *html_get_part(G_GNUC_UNUSED HtmlPart part)
{
	return g_bytes_new(NULL, 0);
}

char *html_make_path(G_GNUC_UNUSED HtmlPart part)
{
	return g_strdup("");
}

char *html_make_hash(G_GNUC_UNUSED HtmlPart part)
{
	return g_strdup("");
}
