/* SPDX-License-Identifier: BSD-2-Clause */
#include "trust/authres.h"

#include <string.h>

#include "parser/address.h"

enum {
	COMMENT_DEPTH_MAX = 16,
};

#define BLANKS " \t\r\n"
/* What ends a bare word: blanks, and specials of RFC 2045 that have a meaning
 * in this field. A domain, a base64 value and an address contain none. */
#define WORD_ENDS BLANKS "()<>\";,\\"

static void dkim_free(AuthresDkim *dkim)
{
	g_free(dkim->domain);
	g_free(dkim->selector);
	g_free(dkim->signature);
	g_free(dkim);
}

void authres_free(Authres *authres)
{
	if (authres == NULL)
		return;
	g_free(authres->authserv_id);
	g_ptr_array_unref(authres->dkim);
	g_free(authres);
}

bool authres_is_from(const Authres *authres, const char *authserv_id)
{
	return g_ascii_strcasecmp(authres->authserv_id, authserv_id) == 0;
}

/* `*text` is at "(". */
static bool skip_comment(const char **text)
{
	const char *at = *text;
	int depth = 0;

	do {
		if (*at == '\\')
			at++;
		else if (*at == '(')
			depth++;
		else if (*at == ')')
			depth--;
		if (*at == '\0' || depth > COMMENT_DEPTH_MAX)
			return false;
		at++;
	} while (depth > 0);
	*text = at;
	return true;
}

/* Blanks and comments. */
static bool skip_cfws(const char **text)
{
	*text += strspn(*text, BLANKS);
	while (**text == '(') {
		if (!skip_comment(text))
			return false;
		*text += strspn(*text, BLANKS);
	}
	return true;
}

static bool take_quoted(const char **text, GString *value)
{
	const char *at = *text + 1;

	for (; *at != '"'; at++) {
		if (*at == '\\')
			at++;
		if (*at == '\0')
			return false;
		g_string_append_c(value, *at);
	}
	*text = at + 1;
	return true;
}

/* Words and quoted strings in a row, such as "a b"@example.com, which nothing
 * may touch but blanks and the end of the result. NULL when there is none. */
static char *take_value(const char **text)
{
	g_autoptr(GString) value = g_string_new(NULL);
	const char *start = *text;

	while (**text != '\0' && strchr(BLANKS ";", **text) == NULL) {
		size_t length = strcspn(*text, WORD_ENDS);

		if (length == 0 && (**text != '"' || !take_quoted(text, value)))
			return NULL;
		g_string_append_len(value, *text, (gssize)length);
		*text += length;
	}
	if (*text == start)
		return NULL;
	return g_string_free(g_steal_pointer(&value), FALSE);
}

/* A method, a result, a property's type or its name. */
static char *take_keyword(const char **text)
{
	size_t length = 0;

	while (g_ascii_isalnum((*text)[length]) || (*text)[length] == '-' ||
		(*text)[length] == '_')
		length++;
	*text += length;
	return length > 0 ? g_strndup(*text - length, length) : NULL;
}

/* `c` with blanks and comments around it. */
static bool take_sign(const char **text, char c)
{
	const char *at = *text;

	if (!skip_cfws(&at) || *at != c)
		return false;
	at++;
	if (!skip_cfws(&at))
		return false;
	*text = at;
	return true;
}

/* The first header.d stays; a second one makes both worthless. */
static void set_domain(AuthresDkim *dkim, const char *value)
{
	if (dkim->domain != NULL)
		*dkim->domain = '\0';
	else
		dkim->domain = g_ascii_strdown(value, -1);
}

static void set_property(AuthresDkim *dkim, const char *name, const char *value)
{
	if (g_ascii_strcasecmp(name, "d") == 0)
		set_domain(dkim, value);
	else if (g_ascii_strcasecmp(name, "s") == 0 && dkim->selector == NULL)
		dkim->selector = g_strdup(value);
	else if (g_ascii_strcasecmp(name, "b") == 0 && dkim->signature == NULL)
		dkim->signature = g_strdup(value);
}

/* "header.d=example.com", or reason="..." */
static bool take_property(const char **text, AuthresDkim *dkim)
{
	g_autofree char *type = take_keyword(text);
	g_autofree char *name = NULL;
	g_autofree char *value = NULL;

	if (type == NULL)
		return false;
	if (take_sign(text, '.')) {
		name = take_keyword(text);
		if (name == NULL)
			return false;
	}
	if (!take_sign(text, '='))
		return false;
	value = take_value(text);
	if (value == NULL)
		return false;
	if (name != NULL && g_ascii_strcasecmp(type, "header") == 0)
		set_property(dkim, name, value);
	return true;
}

static bool take_properties(const char **text, AuthresDkim *dkim)
{
	if (!skip_cfws(text))
		return false;
	while (**text != '\0' && **text != ';') {
		if (!take_property(text, dkim) || !skip_cfws(text))
			return false;
	}
	if (dkim->domain != NULL && !address_is_host_name(dkim->domain))
		g_clear_pointer(&dkim->domain, g_free);
	return true;
}

static AuthresResult result_of(const char *word)
{
	if (g_ascii_strcasecmp(word, "pass") == 0)
		return AUTHRES_PASS;
	if (g_ascii_strcasecmp(word, "temperror") == 0)
		return AUTHRES_TEMPERROR;
	return AUTHRES_OTHER;
}

/* Sets `known` when it is dkim, in the version that RFC 8601 defines. */
static bool take_method(const char **text, bool *known)
{
	g_autofree char *method = take_keyword(text);
	g_autofree char *version = NULL;

	if (method == NULL)
		return false;
	*known = g_ascii_strcasecmp(method, "dkim") == 0;
	if (take_sign(text, '/')) {
		version = take_keyword(text);
		*known = *known && g_strcmp0(version, "1") == 0;
	}
	return take_sign(text, '=');
}

static bool take_dkim(const char **text, AuthresDkim *dkim, bool *known)
{
	g_autofree char *result = NULL;

	if (!take_method(text, known))
		return false;
	result = take_keyword(text);
	if (result == NULL)
		return false;
	dkim->result = result_of(result);
	return take_properties(text, dkim);
}

static bool take_result(const char **text, Authres *authres)
{
	AuthresDkim *dkim = g_new0(AuthresDkim, 1);
	bool known = false;

	if (!take_dkim(text, dkim, &known) ||
		authres->dkim->len == AUTHRES_RESULTS_MAX) {
		dkim_free(dkim);
		return false;
	}
	if (known)
		g_ptr_array_add(authres->dkim, dkim);
	else
		dkim_free(dkim);
	return true;
}

/* "; none" says that nothing was checked. */
static bool take_none(const char **text)
{
	const char *at = *text;
	g_autofree char *word = take_keyword(&at);

	if (g_strcmp0(word, "none") != 0 || !skip_cfws(&at) || *at != '\0')
		return false;
	*text = at;
	return true;
}

static bool take_results(const char **text, Authres *authres)
{
	while (**text == ';') {
		(*text)++;
		if (!skip_cfws(text))
			return false;
		if (**text == '\0' || take_none(text))
			return true;
		if (!take_result(text, authres))
			return false;
	}
	return **text == '\0';
}

static bool take_authserv_id(const char **text, Authres *authres)
{
	g_autofree char *version = NULL;

	if (!skip_cfws(text))
		return false;
	authres->authserv_id = take_value(text);
	if (authres->authserv_id == NULL || !skip_cfws(text))
		return false;
	authres->authserv_id[strcspn(authres->authserv_id, "/")] = '\0';
	version = take_keyword(text);
	if (version != NULL && strcmp(version, "1") != 0)
		return false;
	return *authres->authserv_id != '\0' && skip_cfws(text);
}

Authres *authres_parse(const char *value)
{
	g_autoptr(Authres) authres = g_new0(Authres, 1);

	authres->dkim =
		g_ptr_array_new_with_free_func((GDestroyNotify)dkim_free);
	if (strlen(value) > AUTHRES_SIZE_MAX ||
		!take_authserv_id(&value, authres) ||
		!take_results(&value, authres))
		return NULL;
	return g_steal_pointer(&authres);
}
