/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "cli/command.h"
#include "cli/day.h"
#include "parser/address.h"

static char *to;
static char *domain;

static const GOptionEntry options[] = {
	{"to", 't', 0, G_OPTION_ARG_STRING, &to,
		"for this address (default tls-reports@example.com)",
		"ADDRESS"},
	{"domain", 'D', 0, G_OPTION_ARG_STRING, &domain,
		"about this domain (default example.invalid)", "DOMAIN"},
	{NULL},
};

/* What is between two percent signs is filled. */
static const char message[] =
	"From: TLS report sample <reports@sample.invalid>\n"
	"To: %TO%\n"
	"Subject: Report Domain: %DOMAIN% Submitter: sample.invalid\n"
	" Report-ID: <%DAY%-%DOMAIN%>\n"
	"Message-ID: <%DAY%-%DOMAIN%@sample.invalid>\n"
	"MIME-Version: 1.0\n"
	"TLS-Report-Domain: %DOMAIN%\n"
	"TLS-Report-Submitter: sample.invalid\n"
	"Content-Type: multipart/report; report-type=\"tlsrpt\";\n"
	" boundary=\"sample\"\n"
	"\n"
	"--sample\n"
	"Content-Type: text/plain; charset=us-ascii\n"
	"\n"
	"A report that says nothing true, to check that reports arrive.\n"
	"\n"
	"--sample\n"
	"Content-Type: application/tlsrpt+json\n"
	"Content-Disposition: attachment;\n"
	" filename=\"sample.invalid!%DOMAIN%!%DAY%.json\"\n"
	"\n"
	"{\n"
	"  \"organization-name\": \"Sample\",\n"
	"  \"date-range\": {\n"
	"    \"start-datetime\": \"%DAY%T00:00:00Z\",\n"
	"    \"end-datetime\": \"%DAY%T23:59:59Z\"\n"
	"  },\n"
	"  \"contact-info\": \"reports@sample.invalid\",\n"
	"  \"report-id\": \"%DAY%-%DOMAIN%\",\n"
	"  \"policies\": [\n"
	"    {\n"
	"      \"policy\": {\n"
	"        \"policy-type\": \"no-policy-found\",\n"
	"        \"policy-domain\": \"%DOMAIN%\"\n"
	"      },\n"
	"      \"summary\": {\n"
	"        \"total-successful-session-count\": 1,\n"
	"        \"total-failure-session-count\": 0\n"
	"      }\n"
	"    }\n"
	"  ]\n"
	"}\n"
	"\n"
	"--sample--\n";

static char *fill(const char *text, const char *day, const char *name)
{
	const char *const places[][2] = {
		{"%TO%", to != NULL ? to : "tls-reports@example.com"},
		{"%DOMAIN%", name},
		{"%DAY%", day},
	};
	char *filled = g_strdup(text);

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		g_auto(GStrv) pieces = g_strsplit(filled, places[i][0], -1);

		g_free(filled);
		filled = g_strjoinv(places[i][1], pieces);
	}
	return filled;
}

/* It becomes a line of a header. */
static bool is_address(const char *text)
{
	const char *at = strchr(text, '@');

	for (const char *next = text; *next != '\0'; next++) {
		if (!g_ascii_isgraph(*next) || strchr("<>()[],;:\\\"%", *next))
			return false;
	}
	return at != NULL && at > text && address_is_host_name(at + 1);
}

static CommandStatus run(G_GNUC_UNUSED const CommandLine *line)
{
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	g_autofree char *day = day_parse("yesterday", now, NULL);
	g_autofree char *name = address_canonical_domain(
		domain != NULL ? domain : "example.invalid");
	g_autofree char *text = NULL;

	if (name == NULL || !address_is_host_name(name)) {
		command_complain("sample: \"%s\" is not a domain name", domain);
		return COMMAND_USAGE;
	}
	if (to != NULL && !is_address(to)) {
		command_complain("sample: \"%s\" is not an address", to);
		return COMMAND_USAGE;
	}
	text = fill(message, day, name);
	command_print(text);
	return COMMAND_DONE;
}

const Command cmd_sample = {
	.name = "sample",
	.arguments = "",
	.summary = "write a message with a report, to try things",
	.details = "The report is about yesterday, from a reporter \"Sample\" "
		   "that does not exist.",
	.needs = COMMAND_NEEDS_NOTHING,
	.options = options,
	.run = run,
};
