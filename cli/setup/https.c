/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/setup/https.h"

#include <string.h>

#include "cli/setup/error.h"
#include "cli/setup/name.h"
#include "probe/report-endpoint.h"

/* What stands in a query as it is; RFC 8460 section 3 wants ",", "!" and ";"
 * escaped. */
#define URI_CHARS ":/?=&@+$()*%"
#define EXAMPLES "/usr/share/doc/tlsrpt-milter/examples/"

/* In these stand PATH and HOST. The examples have another path. */
static const struct {
	const char *commands;
	const char *rest;
} servers[] = {
	[SETUP_SERVER_APACHE] =
		{
			.commands = "sed 's|/tls-reports-in|PATH|g' \\\n"
				    "  " EXAMPLES "apache-https.conf \\\n"
				    "  >/etc/apache2/conf-available/"
				    "tlsrpt-https.conf\n"
				    "a2enmod ssl cgid\n"
				    "a2enconf tlsrpt-https\n"
				    "apache2ctl configtest\n"
				    "systemctl restart apache2\n",
			.rest = "",
		},
	[SETUP_SERVER_NGINX] =
		{
			.commands = "apt-get install fcgiwrap\n"
				    "sed 's|/tls-reports-in|PATH|g' \\\n"
				    "  " EXAMPLES "nginx-https.conf \\\n"
				    "  >/etc/nginx/snippets/tlsrpt-https.conf\n"
				    "sed -n 's/^#     //p' \\\n"
				    "  " EXAMPLES "nginx-https.conf \\\n"
				    "  >/etc/nginx/conf.d/tlsrpt-https.conf\n",
			.rest = " Then write \"include "
				"snippets/tlsrpt-https.conf;\" into the "
				"server { } of HOST, and reload nginx.",
		},
};

static bool fail(const char *url, const char *rule, GError **error)
{
	g_set_error(error, SETUP_ERROR, SETUP_ERROR_NAME, "--https: \"%s\" %s",
		url, rule);
	return false;
}

static bool is_path(const char *path)
{
	for (; *path != '\0'; path++) {
		if (!g_ascii_isalnum(*path) && strchr("/-._~", *path) == NULL)
			return false;
	}
	return true;
}

/* Web servers answer another path than that, or none. */
static bool is_normal(const char *path)
{
	g_auto(GStrv) segments = g_strsplit(path, "/", -1);

	for (size_t i = 1; segments[i] != NULL; i++) {
		const char *one = segments[i];

		if (strcmp(one, ".") == 0 || strcmp(one, "..") == 0 ||
			(*one == '\0' && segments[i + 1] != NULL))
			return false;
	}
	return true;
}

static const char *find_fault(const char *path)
{
	if (strcmp(path, "/") == 0)
		return "has no path: add one, such as /tls-reports-in";
	if (!is_path(path))
		return "has a path of more than letters, digits and \"/-._~\"";
	if (!is_normal(path))
		return "has a part that is empty, \".\" or \"..\" in its path: "
		       "write the path without it";
	return NULL;
}

bool setup_https_read(const char *url, SetupHttps *https, GError **error)
{
	ReportEndpoint *endpoint = report_endpoint_new(url);
	const char *fault = "is not https://HOST/PATH";

	*https = (SetupHttps){0};
	if (endpoint != NULL && setup_name_is_good(endpoint->host)) {
		https->uri = g_uri_escape_string(url, URI_CHARS, FALSE);
		https->host = g_strdup(endpoint->host);
		https->path = g_strndup(
			endpoint->target, strcspn(endpoint->target, "?"));
		fault = find_fault(https->path);
	}
	report_endpoint_free(endpoint);
	return fault == NULL || fail(url, fault, error);
}

void setup_https_clear(SetupHttps *https)
{
	g_clear_pointer(&https->uri, g_free);
	g_clear_pointer(&https->host, g_free);
	g_clear_pointer(&https->path, g_free);
}

static char *replace(const char *text, const char *word, const char *value)
{
	g_auto(GStrv) pieces = g_strsplit(text, word, -1);

	return g_strjoinv(value, pieces);
}

char *setup_https_get_commands(SetupServer server, const SetupHttps *https)
{
	return replace(servers[server].commands, "PATH", https->path);
}

char *setup_https_get_rest(SetupServer server, const SetupHttps *https)
{
	return replace(servers[server].rest, "HOST", https->host);
}
