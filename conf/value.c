/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/value.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "conf/address.h"
#include "conf/settings.h"

/* A number as it stands in values and in ranges. */
static bool read_number(ValueType type, const char *text, int64_t *number)
{
	static const char suffixes[] = "KMG";
	unsigned base = type == VALUE_MODE ? 8 : 10;
	const char *suffix = NULL;
	unsigned shift = 0;
	uint64_t value;
	char *end;

	if (!g_ascii_isdigit(text[0]))
		return false;
	errno = 0;
	value = g_ascii_strtoull(text, &end, base);
	if (errno != 0)
		return false;
	if (type == VALUE_SIZE && *end != '\0')
		suffix = strchr(suffixes, g_ascii_toupper(*end));
	if (suffix) {
		shift = 10 * (unsigned)(suffix - suffixes + 1);
		end++;
	}
	if (*end != '\0' || value > (uint64_t)INT64_MAX >> shift)
		return false;
	*number = (int64_t)(value << shift);
	return true;
}

static bool read_ranged(
	const ValueForm *form, const char *text, int64_t *number)
{
	g_auto(GStrv) bounds = g_strsplit(form->range, " to ", 2);
	int64_t least;
	int64_t most;

	return read_number(form->type, bounds[0], &least) &&
	       read_number(form->type, bounds[1], &most) &&
	       read_number(form->type, text, number) && *number >= least &&
	       *number <= most;
}

static bool read_word(const ValueForm *form, const char *text, int64_t *number)
{
	g_auto(GStrv) words = g_strsplit(form->range, ", ", -1);

	for (size_t i = 0; words[i]; i++) {
		if (strcmp(words[i], text) == 0) {
			*number = form->values ? form->values[i] : (int)i;
			return true;
		}
	}
	return false;
}

static bool is_allowed(const ValueForm *form, const char *text, int64_t *number)
{
	switch (form->type) {
	case VALUE_NUMBER:
	case VALUE_SIZE:
	case VALUE_MODE:
		return read_ranged(form, text, number);
	case VALUE_WORD:
		return read_word(form, text, number);
	case VALUE_STRING:
	case VALUE_LIST:
		break;
	}
	return !form->check || form->check(text);
}

bool value_parse(const ValueForm *form, const char *name, const char *text,
	int64_t *number, GError **error)
{
	g_autofree char *escaped = NULL;

	if (is_allowed(form, text, number))
		return true;
	escaped = g_strescape(text, NULL);
	g_set_error(error, SETTINGS_ERROR, SETTINGS_ERROR_VALUE,
		"%s = \"%s\" must be %s%s", name, escaped,
		form->type == VALUE_WORD ? "one of " : "", form->range);
	return false;
}

/* PORT@HOST */
static bool is_port_at_host(const char *text)
{
	char *end;
	uint64_t port = g_ascii_strtoull(text, &end, 10);

	return g_ascii_isdigit(text[0]) && port >= 1 && port <= UINT16_MAX &&
	       end[0] == '@' && end[1] != '\0';
}

bool value_is_socket(const char *text)
{
	const char *where = strchr(text, ':');

	if (!where)
		return false;
	where++;
	if (g_str_has_prefix(text, "inet:") || g_str_has_prefix(text, "inet6:"))
		return is_port_at_host(where);
	return g_str_has_prefix(text, "unix:") && where[0] == '/' &&
	       strlen(where) < sizeof(((struct sockaddr_un *)0)->sun_path);
}

bool value_is_delimiter(const char *text)
{
	for (; *text != '\0'; text++) {
		if (!g_ascii_ispunct(*text) || *text == '@' || *text == '"')
			return false;
	}
	return true;
}

bool value_is_path(const char *text)
{
	return text[0] == '\0' || text[0] == '/';
}

bool value_is_sender(const char *text)
{
	return text[0] == '\0' || address_is_mailbox(text);
}

bool value_is_directory(const char *text)
{
	return text[0] == '/';
}

/* What a job's number follows, or an end, is no part of it. */
bool value_is_authserv_id(const char *text)
{
	return text[strcspn(text, " \t\r\n;/\"()")] == '\0';
}

/* NULL where it is not a URL of the web with a host, or has characters that
 * would have to be escaped. The caller frees it. */
static GUri *parse_url(const char *text)
{
	g_autoptr(GUri) uri = NULL;
	const char *host;

	for (const char *c = text; *c != '\0'; c++) {
		if (!g_ascii_isgraph(*c) || strchr("\"'<>\\^`{|}", *c))
			return NULL;
	}
	uri = g_uri_parse(text, G_URI_FLAGS_ENCODED, NULL);
	host = uri ? g_uri_get_host(uri) : NULL;
	if (!host || host[0] == '\0' ||
		(!g_str_equal(g_uri_get_scheme(uri), "https") &&
			!g_str_equal(g_uri_get_scheme(uri), "http")))
		return NULL;
	return g_steal_pointer(&uri);
}

bool value_is_url(const char *text)
{
	g_autoptr(GUri) uri = parse_url(text);

	return text[0] == '\0' || uri;
}

/* Of this host, and no name that only looks like it. */
static bool is_loopback(const char *host)
{
	struct in_addr address;

	return g_str_equal(host, "localhost") || g_str_equal(host, "::1") ||
	       (inet_pton(AF_INET, host, &address) == 1 &&
		       ntohl(address.s_addr) >> IN_CLASSA_NSHIFT ==
			       IN_LOOPBACKNET);
}

bool value_is_webhook(const char *text)
{
	g_autoptr(GUri) uri = parse_url(text);

	if (!uri)
		return text[0] == '\0';
	return g_str_equal(g_uri_get_scheme(uri), "https") ||
	       is_loopback(g_uri_get_host(uri));
}

bool value_is_address(const char *text)
{
	return g_hostname_is_ip_address(text);
}

bool value_is_resolver(const char *text)
{
	const char *at = strchrnul(text, '@');
	g_autofree char *address = g_strndup(text, (size_t)(at - text));
	guint64 port;

	return value_is_address(address) &&
	       (*at == '\0' || g_ascii_string_to_unsigned(
				       at + 1, 10, 1, UINT16_MAX, &port, NULL));
}

bool value_is_host(const char *text)
{
	return *text == '\0' ||
	       (g_str_is_ascii(text) && address_is_domain(text));
}
