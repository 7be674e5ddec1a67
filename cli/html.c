/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/html.h"

#include <gio/gio.h>
#include <stdint.h>
#include <string.h>

#include "dashboards/page/page-resource.h"

enum {
	SHA256_LENGTH = 32,
};

static GBytes *get_part(const char *path)
{
	return g_resource_lookup_data(
		page_get_resource(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

/* As Content-Security-Policy names what may run, by its hash. */
static void append_hash(GString *out, const char *path)
{
	g_autoptr(GBytes) part = get_part(path);
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree char *text = NULL;
	uint8_t digest[SHA256_LENGTH];
	size_t length = sizeof(digest);

	g_checksum_update(checksum, g_bytes_get_data(part, NULL),
		(gssize)g_bytes_get_size(part));
	g_checksum_get_digest(checksum, digest, &length);
	text = g_base64_encode(digest, length);
	g_string_append_printf(out, "'sha256-%s'", text);
}

static void append_part(GString *out, const char *path)
{
	g_autoptr(GBytes) part = get_part(path);

	g_string_append_len(out, g_bytes_get_data(part, NULL),
		(gssize)g_bytes_get_size(part));
}

static void append_script(GString *out, G_GNUC_UNUSED const char *json)
{
	append_part(out, "/tlsrpt/script.js");
}

static void append_script_hash(GString *out, G_GNUC_UNUSED const char *json)
{
	append_hash(out, "/tlsrpt/script.js");
}

static void append_style(GString *out, G_GNUC_UNUSED const char *json)
{
	append_part(out, "/tlsrpt/style.css");
}

static void append_style_hash(GString *out, G_GNUC_UNUSED const char *json)
{
	append_hash(out, "/tlsrpt/style.css");
}

static void append_version(GString *out, G_GNUC_UNUSED const char *json)
{
	g_string_append(out, PACKAGE_VERSION);
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

	for (size_t i = 0; *json != '\0'; i = 0) {
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

/* What stands in the page for a part of it. */
static const struct {
	const char *name;
	void (*append)(GString *out, const char *json);
} places[] = {
	{"@DATA@", append_data},
	{"@SCRIPT@", append_script},
	{"@SCRIPT_HASH@", append_script_hash},
	{"@STYLE@", append_style},
	{"@STYLE_HASH@", append_style_hash},
	{"@VERSION@", append_version},
};

/* The length of the place that `text` begins with, which is filled, or 0. */
static size_t fill_place(GString *out, const char *text, const char *json)
{
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		if (!g_str_has_prefix(text, places[i].name))
			continue;
		places[i].append(out, json);
		return strlen(places[i].name);
	}
	return 0;
}

char *html_write(const char *json, G_GNUC_UNUSED GError **error)
{
	GString *out = g_string_sized_new(strlen(json));
	g_autoptr(GBytes) page = get_part("/tlsrpt/page.html");
	const char *text = g_bytes_get_data(page, NULL);

	/* GResource ends its data with a NUL that it does not count. */
	while (*text != '\0') {
		size_t length = fill_place(out, text, json);

		if (length == 0)
			g_string_append_c(out, *text);
		text += MAX(length, 1);
	}
	return g_string_free(out, FALSE);
}
