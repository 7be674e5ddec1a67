/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/setup/zone.h"

enum {
	/* Bytes of one string of a TXT record (RFC 1035 section 3.3.14). */
	STRING_MAX = 255,
};

static void append_byte(GString *zone, unsigned char byte)
{
	if (byte == '"' || byte == '\\')
		g_string_append_printf(zone, "\\%c", byte);
	else if (g_ascii_isprint((char)byte))
		g_string_append_c(zone, (char)byte);
	else
		g_string_append_printf(zone, "\\%03u", byte);
}

static void append_text(GString *zone, const char *text)
{
	g_string_append_c(zone, '"');
	for (size_t i = 0; text[i] != '\0'; i++) {
		if (i > 0 && i % STRING_MAX == 0)
			g_string_append(zone, "\" \"");
		append_byte(zone, (unsigned char)text[i]);
	}
	g_string_append_c(zone, '"');
}

char *setup_zone_write(const GPtrArray *records)
{
	GString *zone = g_string_new(NULL);

	for (guint i = 0; i < records->len; i++) {
		const SetupRecord *record = records->pdata[i];

		g_string_append_printf(zone, "%s. IN %s ", record->name,
			setup_step_record_type(record->type));
		if (record->type == SETUP_RECORD_TXT)
			append_text(zone, record->data);
		else
			g_string_append(zone, record->data);
		g_string_append_c(zone, '\n');
	}
	return g_string_free(zone, FALSE);
}
