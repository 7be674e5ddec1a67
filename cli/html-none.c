/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/html.h"

#include <gio/gio.h>

char *html_write(G_GNUC_UNUSED const char *json, GError **error)
{
	g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
		"this program was built without the page (configure "
		"--without-dashboard)");
	return NULL;
}
