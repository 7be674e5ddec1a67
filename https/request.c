/* SPDX-License-Identifier: BSD-2-Clause */
#include "https/request.h"

#include <glib.h>
#include <string.h>

static const struct {
	const char *type;
	RequestBody body;
} types[] = {
	{"application/tlsrpt+gzip", REQUEST_BODY_REPORT},
	{"application/tlsrpt+json", REQUEST_BODY_REPORT},
	{"application/gzip", REQUEST_BODY_REPORT},
	{"application/x-gzip", REQUEST_BODY_REPORT},
	{"application/json", REQUEST_BODY_REPORT},
	{"message/rfc822", REQUEST_BODY_MESSAGE},
	{"", REQUEST_BODY_UNKNOWN},
	{"application/octet-stream", REQUEST_BODY_UNKNOWN},
	/* What curl says when nobody tells it. */
	{"application/x-www-form-urlencoded", REQUEST_BODY_UNKNOWN},
	{"text/json", REQUEST_BODY_UNKNOWN},
	{"text/plain", REQUEST_BODY_UNKNOWN},
};

static const char *get(RequestVariable *get_variable, const char *name)
{
	const char *value = get_variable(name);

	return value != NULL ? value : "";
}

/* Whether a value, up to its parameters, is this word in any case. */
static bool is_word(const char *value, const char *word)
{
	size_t length;

	value += strspn(value, " \t");
	length = strcspn(value, "; \t");
	return length == strlen(word) &&
	       g_ascii_strncasecmp(value, word, length) == 0;
}

static bool read_type(const char *value, RequestBody *body)
{
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		if (is_word(value, types[i].type)) {
			*body = types[i].body;
			return true;
		}
	}
	return false;
}

/* A report says itself that it is gzip. */
static bool is_encoding_known(const char *value, RequestBody body)
{
	return is_word(value, "") || is_word(value, "identity") ||
	       (body != REQUEST_BODY_MESSAGE &&
		       (is_word(value, "gzip") || is_word(value, "x-gzip")));
}

/* A web server that has no length of a body says why: it came in chunks. */
static Answer read_length(Request *request, RequestVariable *get_variable)
{
	const char *value = get(get_variable, "CONTENT_LENGTH");
	guint64 length;

	if (*value == '\0')
		return is_word(get(get_variable, "HTTP_TRANSFER_ENCODING"),
			       "chunked")
			       ? ANSWER_STORED
			       : ANSWER_NO_LENGTH;
	if (!g_ascii_string_to_unsigned(
		    value, 10, 0, UINT64_MAX, &length, NULL))
		return ANSWER_NO_LENGTH;
	request->has_length = true;
	request->length = length;
	return length > 0 ? ANSWER_STORED : ANSWER_EMPTY;
}

static Answer read_body_facts(Request *request, RequestVariable *get_variable)
{
	if (!read_type(get(get_variable, "CONTENT_TYPE"), &request->body))
		return ANSWER_TYPE;
	if (!is_encoding_known(
		    get(get_variable, "HTTP_CONTENT_ENCODING"), request->body))
		return ANSWER_ENCODING;
	return read_length(request, get_variable);
}

Answer request_read(Request *request, RequestVariable *get_variable)
{
	const char *method = get(get_variable, "REQUEST_METHOD");

	*request = (Request){.is_head = strcmp(method, "HEAD") == 0};
	if (request->is_head || strcmp(method, "OPTIONS") == 0)
		return ANSWER_READY;
	if (strcmp(method, "POST") != 0)
		return ANSWER_METHOD;
	return read_body_facts(request, get_variable);
}
