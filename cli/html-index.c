/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/html-index.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <string.h>

#include "cli/html.h"

enum {
	/* Below the 255 bytes of a file system, with room for a temporary name.
	 */
	MAX_NAME_LENGTH = 200,
};

static const char head[] =
	"<!DOCTYPE html>\n"
	"<html lang=\"en\">\n"
	"<head>\n"
	"<meta charset=\"utf-8\">\n"
	"<meta http-equiv=\"Content-Security-Policy\" content=\""
	"default-src 'none'; script-src '%s'; style-src 'self'; "
	"base-uri 'none'; form-action 'none'; "
	"require-trusted-types-for 'script'\">\n"
	"<meta name=\"viewport\" "
	"content=\"width=device-width, initial-scale=1\">\n"
	"<meta name=\"referrer\" content=\"no-referrer\">\n"
	"<meta name=\"robots\" content=\"noindex\">\n"
	"<title>%s</title>\n"
	"<link rel=\"stylesheet\" href=\"%s\" integrity=\"%s\">\n"
	"</head>\n"
	"<body>\n"
	"<main>\n"
	"<h1>%s</h1>\n";

static const char search[] =
	"<div id=\"search\" class=\"search\" hidden>"
	"<label for=\"filter\">Filter by domain</label>"
	"<input id=\"filter\" type=\"search\" autocomplete=\"off\" "
	"spellcheck=\"false\">"
	"<p id=\"found\" role=\"status\"></p></div>\n";

static const char table_head[] =
	"<table>\n"
	"<thead><tr><th scope=\"col\">Domain<th scope=\"col\">State"
	"<th scope=\"col\" class=\"n s\">Sessions"
	"<th scope=\"col\" class=\"n\">Failed<th scope=\"col\">Mode"
	"<th scope=\"col\">Advice</tr></thead>\n"
	"<tbody>\n";

static bool is_plain(const char *domain)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789.-_";

	return g_ascii_isalnum(*domain) && strlen(domain) <= MAX_NAME_LENGTH &&
	       strspn(domain, plain) == strlen(domain) &&
	       strcmp(domain, "index") != 0;
}

/* A name that is no plain one begins as none of these does. */
char *html_index_make_name(const char *domain)
{
	g_autofree char *digest = NULL;

	if (is_plain(domain))
		return g_strconcat(domain, ".html", NULL);
	digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, domain, -1);
	return g_strdup_printf("_%s.html", digest);
}

static void append_head(GString *out, const char *title)
{
	g_autofree char *text = g_markup_escape_text(title, -1);
	g_autofree char *path = html_make_path(HTML_INDEX_SHEET);
	g_autofree char *hash = html_make_hash(HTML_INDEX_SHEET);
	g_autofree char *script = html_make_hash(HTML_INDEX_SCRIPT);

	g_string_append_printf(out, head, script, text, path, hash, text);
}

/* The script comes after what it filters. */
static void append_end(GString *out)
{
	g_autofree char *path = html_make_path(HTML_INDEX_SCRIPT);
	g_autofree char *hash = html_make_hash(HTML_INDEX_SCRIPT);

	g_string_append_printf(out,
		"</tbody>\n</table>\n</main>\n"
		"<script src=\"%s\" integrity=\"%s\"></script>\n"
		"</body>\n</html>\n",
		path, hash);
}

/* The severity of the worst open alert, in a word. */
static const char *name_state(const char *severity, int64_t failed)
{
	if (severity != NULL)
		return severity;
	return failed > 0 ? "some failures" : "good";
}

/* Failures are never rounded to none. */
static void append_share(GString *out, int64_t failed, int64_t sessions)
{
	double share = 100.0 * (double)failed / (double)MAX(sessions, 1);

	if (failed > 0 && share < 0.1)
		g_string_append(out, "&lt; 0.1 %");
	else
		g_string_append_printf(out, "%.1f %%", share);
}

static void append_row(GString *out, const StoreTable *domains, size_t row,
	const json_t *modes, const json_t *rollout)
{
	const char *domain = store_table_get(domains, row, "policy_domain");
	const char *severity = store_table_get(domains, row, "severity");
	int64_t sessions = store_table_get_number(domains, row, "sessions");
	int64_t failed = store_table_get_number(domains, row, "failed");
	const char *mode = json_string_value(json_object_get(modes, domain));
	const char *verdict = json_string_value(
		json_object_get(json_object_get(rollout, domain), "verdict"));
	g_autofree char *name = html_index_make_name(domain);
	g_autofree char *text = g_markup_escape_text(domain, -1);
	const char *state = name_state(severity, failed);

	g_string_append_printf(out,
		"<tr><th scope=\"row\"><a href=\"%s\">%s</a>"
		"<td class=\"%s\">%s<td class=\"n s\">%" PRId64
		"<td class=\"n\">",
		name, text, severity != NULL ? severity : "", state, sessions);
	append_share(out, failed, sessions);
	g_string_append_printf(out, "<td>%s<td>%s</tr>\n",
		mode != NULL ? mode : "", verdict != NULL ? verdict : "");
}

static void append_count(GString *out, const StoreTable *domains)
{
	int64_t all = domains->row_count > 0
			      ? store_table_get_number(domains, 0, "domains")
			      : 0;

	g_string_append_printf(out, "<p>%zu %s, the worst first.",
		domains->row_count,
		domains->row_count == 1 ? "domain" : "domains");
	if ((uint64_t)all > domains->row_count)
		g_string_append_printf(out,
			" There are %" PRId64 ": the others have no page.",
			all);
	g_string_append(out, "</p>\n");
}

char *html_index_write(const StoreTable *domains, const char *modes,
	const json_t *rollout, const char *title)
{
	GString *out = g_string_new(NULL);
	json_t *object = modes != NULL ? json_loads(modes, 0, NULL) : NULL;

	append_head(out, title);
	append_count(out, domains);
	if (domains->row_count > 1)
		g_string_append(out, search);
	g_string_append(out, table_head);
	for (size_t row = 0; row < domains->row_count; row++)
		append_row(out, domains, row, object, rollout);
	append_end(out);
	json_decref(object);
	return g_string_free(out, FALSE);
}
