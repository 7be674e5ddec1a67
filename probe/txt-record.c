/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/txt-record.h"

#include <string.h>

#include "parser/quote.h"

enum {
	ID_MAX = 32,
	FIELD_MAX = 32,
	QUOTE_MAX = 80,
};

/* `hint` in any case makes a record look as if it were meant to be one. */
static const struct {
	const char *label;
	const char *version;
	const char *hint;
} kinds[] = {
	[TXT_RECORD_TLSRPT] = {"_smtp._tls", "v=TLSRPTv1", "tlsrpt"},
	[TXT_RECORD_STS] = {"_mta-sts", "v=STSv1", "stsv"},
};

char *txt_record_get_name(TxtRecordKind kind, const char *domain)
{
	return g_strconcat(kinds[kind].label, ".", domain, NULL);
}

/* *WSP ";" or the end follows the version. */
static bool has_version(const char *text, TxtRecordKind kind)
{
	size_t length = strlen(kinds[kind].version);

	if (strncmp(text, kinds[kind].version, length) != 0)
		return false;
	text += length;
	text += strspn(text, " \t");
	return *text == ';' || *text == '\0';
}

static bool looks_meant(const char *text, TxtRecordKind kind)
{
	g_autofree char *lower = g_ascii_strdown(text, -1);

	return strstr(lower, kinds[kind].hint) != NULL;
}

void txt_record_choose(
	TxtRecord *record, TxtRecordKind kind, const GPtrArray *texts)
{
	for (guint i = 0; i < texts->len; i++) {
		const char *text = texts->pdata[i];
		bool matches = has_version(text, kind);

		if (matches && record->matching++ == 0) {
			g_free(record->text);
			record->text = g_strdup(text);
			record->near = false;
		} else if (record->text == NULL && looks_meant(text, kind)) {
			record->text = g_strdup(text);
			record->near = true;
		}
	}
}

void txt_record_ask(TxtRecord *record, Resolver *resolver, TxtRecordKind kind,
	const char *domain, int64_t deadline)
{
	g_autofree char *name = txt_record_get_name(kind, domain);
	g_autoptr(ResolverAnswer) answer =
		resolver_ask(resolver, name, DNS_RECORD_TXT, deadline);
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

	record->outcome = answer->outcome;
	record->problem = g_steal_pointer(&answer->problem);
	for (guint i = 0; i < answer->records->len; i++) {
		char *text = dns_record_read_txt(
			answer->records->pdata[i], TXT_RECORD_MAX + 1);

		if (text != NULL)
			g_ptr_array_add(texts, text);
	}
	txt_record_choose(record, kind, texts);
}

void txt_record_clear(TxtRecord *record)
{
	g_clear_pointer(&record->problem, g_free);
	g_clear_pointer(&record->text, g_free);
}

void txt_record_fields_clear(TxtRecordFields *fields)
{
	g_clear_pointer(&fields->problem, g_free);
	g_clear_pointer(&fields->values, g_strfreev);
}

/* The first complaint stays. */
static void complain(char **problem, const char *what)
{
	if (*problem == NULL)
		*problem = g_strdup(what);
}

static void complain_about(char **problem, const char *text, const char *what)
{
	g_autofree char *quoted = quote_text(text, strlen(text), QUOTE_MAX);
	g_autofree char *whole = g_strconcat(quoted, " ", what, NULL);

	complain(problem, whole);
}

/* The names of both RFCs: a letter or digit, and up to 31 of these, "_", "-"
 * and ".". */
static bool is_name(const char *name, size_t length)
{
	if (length == 0 || length > FIELD_MAX || !g_ascii_isalnum(*name))
		return false;
	for (size_t i = 0; i < length; i++) {
		if (!g_ascii_isalnum(name[i]) && strchr("_-.", name[i]) == NULL)
			return false;
	}
	return true;
}

/* Printable, and neither "=" nor ";"; the caller has split at the latter. */
static bool is_value(const char *value)
{
	for (; *value != '\0'; value++) {
		if (!g_ascii_isgraph(*value) || *value == '=')
			return false;
	}
	return true;
}

/* The value of the field when it has that name, or NULL. */
static const char *get_value(const char *field, const char *name)
{
	size_t length = strlen(name);

	return strncmp(field, name, length) == 0 && field[length] == '='
		       ? field + length + 1
		       : NULL;
}

/* The fields after the version, without blanks around them; one that is empty
 * may stand only at the end. */
static char **split_fields(const char *text, char **problem)
{
	char **fields = g_strsplit(strchrnul(text, ';'), ";", -1);
	guint count = g_strv_length(fields);

	for (guint i = 0; i < count; i++) {
		g_strstrip(fields[i]);
		if (*fields[i] == '\0' && i > 0 && i + 1 < count)
			complain(problem, "two semicolons follow each other");
	}
	return fields;
}

/* A field that the RFC does not name, and has to be ignored, still has its
 * form. */
static void check_extension(const char *field, char **problem)
{
	size_t length = strcspn(field, "=");

	if (field[length] != '=' || !is_name(field, length) ||
		field[length + 1] == '\0' || !is_value(field + length + 1))
		complain_about(problem, field, "is not NAME=VALUE");
}

/* NULL, or the complaint about a text that was cut. */
static char *check_length(const char *text)
{
	return strlen(text) > TXT_RECORD_MAX
		       ? g_strdup_printf(
				 "it is longer than %d bytes", TXT_RECORD_MAX)
		       : NULL;
}

/* "," and "!" and ";" have to be written as %2C, %21 and %3B, and blanks may
 * only stand around the comma. */
static void read_uris(const char *value, GPtrArray *uris, char **problem)
{
	g_auto(GStrv) pieces = g_strsplit(value, ",", TXT_RECORD_RUA_MAX + 1);

	for (char **piece = pieces; *piece != NULL; piece++) {
		g_strstrip(*piece);
		if (**piece == '\0' || strpbrk(*piece, " \t!") != NULL)
			complain_about(problem, *piece, "in rua is not a URI");
		else if (uris->len < TXT_RECORD_RUA_MAX)
			g_ptr_array_add(uris, g_strdup(*piece));
	}
}

void txt_record_parse_tlsrpt(const char *text, TxtRecordFields *fields)
{
	g_autoptr(GPtrArray) uris = g_ptr_array_new();
	char *problem = check_length(text);
	g_auto(GStrv) parts = split_fields(text, &problem);
	guint ruas = 0;

	for (guint i = 1; i < g_strv_length(parts); i++) {
		const char *value = get_value(parts[i], "rua");

		if (value != NULL && ruas++ == 0)
			read_uris(value, uris, &problem);
		else if (value != NULL)
			complain(&problem, "there is more than one rua");
		else if (*parts[i] != '\0')
			check_extension(parts[i], &problem);
	}
	g_ptr_array_add(uris, NULL);
	fields->problem = problem;
	fields->values =
		(char **)g_ptr_array_free(g_steal_pointer(&uris), FALSE);
}

void txt_record_parse_sts(const char *text, TxtRecordFields *fields)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	char *problem = check_length(text);
	g_auto(GStrv) parts = split_fields(text, &problem);

	for (guint i = 1; i < g_strv_length(parts); i++) {
		const char *value = get_value(parts[i], "id");

		if (value != NULL && ids->len == 0)
			g_ptr_array_add(ids, g_strdup(value));
		else if (value != NULL)
			complain(&problem, "there is more than one id");
		else if (*parts[i] != '\0')
			check_extension(parts[i], &problem);
	}
	g_ptr_array_add(ids, NULL);
	fields->problem = problem;
	fields->values =
		(char **)g_ptr_array_free(g_steal_pointer(&ids), FALSE);
}

bool txt_record_is_sts_id(const char *id)
{
	size_t length = strspn(id, "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

	return length > 0 && length <= ID_MAX && id[length] == '\0';
}
