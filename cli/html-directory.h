/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_HTML_DIRECTORY_H
#define CLI_HTML_DIRECTORY_H

/* The directory of a web server with pages that share script and style. */

#include <glib.h>
#include <stdbool.h>

typedef struct HtmlDirectory HtmlDirectory;

/* Makes the directory, if it is not there, and puts into it what pages share.
 * NULL and an error of G_FILE_ERROR when that failed. The caller frees it. */
HtmlDirectory *html_directory_open(const char *path, GError **error);
void html_directory_free(HtmlDirectory *directory);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(HtmlDirectory, html_directory_free)

/* Replaces one file as a whole, or makes it, with the mode of new files. */
bool html_directory_write(HtmlDirectory *directory, const char *name,
	const char *text, GError **error);

/* Removes the pages that were not written since the directory was opened, and
 * what these shared. All other files stay, and pages that share nothing. */
bool html_directory_prune(HtmlDirectory *directory, GError **error);

#endif
