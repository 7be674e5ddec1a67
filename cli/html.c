/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/html.h"

#include <gio/gio.h>
#include <stdint.h>
#include <string.h>

#include "dashboards/page/page-resource.h"

enum {
	SHA256_LENGTH = 32,
	/* Of the digest, in the name of a file. */
	NAME_LENGTH = 16,
};

/* Where a part is in the program, and what its name ends with. */
static const struct {
	const char *resource;
	const char *ending;
} parts[HTML_PART_COUNT] = {
	[HTML_SCRIPT] = {"/tlsrpt/script.js", ".js"},
	[HTML_SHEET] = {"/tlsrpt/style.css", ".css"},
	[HTML_INDEX_SCRIPT] = {"/tlsrpt/index.js", ".js"},
	[HTML_INDEX_SHEET] = {"/tlsrpt/index.css", ".css"},
};

/* What stands before the data, and what after them. */
struct HtmlFrame {
	char *before;
	char *after;
};

static GBytes *get_resource(const char *path)
{
	return g_resource_lookup_data(
		page_get_resource(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

GBytes *html_get_part(HtmlPart part)
{
	return get_resource(parts[part].resource);
}

static GChecksum *make_checksum(HtmlPart part)
{
	g_autoptr(GBytes) bytes = html_get_part(part);
	GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA256);

	g_checksum_update(checksum, g_bytes_get_data(bytes, NULL),
		(gssize)g_bytes_get_size(bytes));
	return checksum;
}

char *html_make_path(HtmlPart part)
{
	g_autoptr(GChecksum) checksum = make_checksum(part);

	return g_strdup_printf(HTML_PART_PREFIX "%.*s%s", NAME_LENGTH,
		g_checksum_get_string(checksum), parts[part].ending);
}

char *html_make_hash(HtmlPart part)
{
	g_autoptr(GChecksum) checksum = make_checksum(part);
	g_autofree char *text = NULL;
	uint8_t digest[SHA256_LENGTH];
	size_t length = sizeof(digest);

	g_checksum_get_digest(checksum, digest, &length);
	text = g_base64_encode(digest, length);
	return g_strdup_printf("sha256-%s", text);
}

static void append_part(GString *out, HtmlPart part)
{
	g_autoptr(GBytes) bytes = html_get_part(part);

	g_string_append_len(out, g_bytes_get_data(bytes, NULL),
		(gssize)g_bytes_get_size(bytes));
}

static void append_hash(GString *out, HtmlPart part)
{
	g_autofree char *hash = html_make_hash(part);

	g_string_append_printf(out, "'%s'", hash);
}

static void append_script(GString *out, const HtmlStyle *style)
{
	g_autofree char *path = html_make_path(HTML_SCRIPT);
	g_autofree char *hash = html_make_hash(HTML_SCRIPT);

	if (style->shares) {
		g_string_append_printf(out,
			"<script src=\"%s\" integrity=\"%s\"></script>", path,
			hash);
		return;
	}
	g_string_append(out, "<script>");
	append_part(out, HTML_SCRIPT);
	g_string_append(out, "</script>");
}

static void append_script_source(
	GString *out, G_GNUC_UNUSED const HtmlStyle *style)
{
	append_hash(out, HTML_SCRIPT);
}

static void append_sheet(GString *out, const HtmlStyle *style)
{
	g_autofree char *path = html_make_path(HTML_SHEET);
	g_autofree char *hash = html_make_hash(HTML_SHEET);

	if (style->shares) {
		g_string_append_printf(out,
			"<link rel=\"stylesheet\" href=\"%s\""
			" integrity=\"%s\">",
			path, hash);
		return;
	}
	g_string_append(out, "<style>");
	append_part(out, HTML_SHEET);
	g_string_append(out, "</style>");
}

/* A browser compares no hash of this policy with a sheet that is a file: the
 * attribute does that. */
static void append_sheet_source(GString *out, const HtmlStyle *style)
{
	if (style->shares)
		g_string_append(out, "'self'");
	else
		append_hash(out, HTML_SHEET);
}

static void append_title(GString *out, const HtmlStyle *style)
{
	g_autofree char *text = g_markup_escape_text(style->title, -1);

	g_string_append(out, text);
}

static void append_version(GString *out, G_GNUC_UNUSED const HtmlStyle *style)
{
	g_string_append(out, PACKAGE_VERSION);
}

/* What stands in the page for a part of it. */
static const struct {
	const char *name;
	void (*append)(GString *out, const HtmlStyle *style);
} places[] = {
	{"@SCRIPT@", append_script},
	{"@SCRIPT_SOURCE@", append_script_source},
	{"@STYLE@", append_sheet},
	{"@STYLE_SOURCE@", append_sheet_source},
	{"@TITLE@", append_title},
	{"@VERSION@", append_version},
};

/* The length of the place that `text` begins with, which is filled, or 0. */
static size_t fill_place(GString *out, const char *text, const HtmlStyle *style)
{
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		if (!g_str_has_prefix(text, places[i].name))
			continue;
		places[i].append(out, style);
		return strlen(places[i].name);
	}
	return 0;
}

static char *fill(const char *text, size_t length, const HtmlStyle *style)
{
	const char *end = text + length;
	GString *out = g_string_new(NULL);

	while (text < end) {
		size_t filled = fill_place(out, text, style);

		if (filled == 0)
			g_string_append_c(out, *text);
		text += MAX(filled, 1);
	}
	return g_string_free(out, FALSE);
}

HtmlFrame *html_frame_new(const HtmlStyle *style, G_GNUC_UNUSED GError **error)
{
	static const char place[] = "@DATA@";
	g_autoptr(GBytes) bytes = get_resource("/tlsrpt/page.html");
	/* GResource ends its data with a NUL that it does not count. */
	const char *page = g_bytes_get_data(bytes, NULL);
	const char *data = strstr(page, place);
	const char *rest = data + strlen(place);
	HtmlFrame *frame = g_new0(HtmlFrame, 1);

	frame->before = fill(page, (size_t)(data - page), style);
	frame->after = fill(rest, strlen(rest), style);
	return frame;
}

void html_frame_free(HtmlFrame *frame)
{
	if (frame == NULL)
		return;
	g_free(frame->before);
	g_free(frame->after);
	g_free(frame);
}

/* What HTML takes for a tag or a comment, and JavaScript for the end of a line,
 * is part of a text in JSON, where it may be written in another way. */
static void append_data(GString *out, const char *json)
{
	static const char *const escapes[][2] = {
		{"<", "\\u003c"},
		{">", "\\u003e"},
		{"&", "\\u0026"},
		{"\u2028", "\\u2028"},
		{"\u2029", "\\u2029"},
	};

	for (;;) {
		size_t plain = strcspn(json, "<>&\xe2");
		size_t i = 0;

		g_string_append_len(out, json, (gssize)plain);
		json += plain;
		if (*json == '\0')
			return;
		while (i < G_N_ELEMENTS(escapes) &&
			!g_str_has_prefix(json, escapes[i][0]))
			i++;
		if (i == G_N_ELEMENTS(escapes)) {
			g_string_append_c(out, *json++);
		} else {
			g_string_append(out, escapes[i][1]);
			json += strlen(escapes[i][0]);
		}
	}
}

char *html_write(const HtmlFrame *frame, const char *json)
{
	GString *out = g_string_new(frame->before);

	append_data(out, json);
	g_string_append(out, frame->after);
	return g_string_free(out, FALSE);
}
