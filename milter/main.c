/* SPDX-License-Identifier: BSD-2-Clause */
#include <getopt.h>
#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>

#include "milter/log.h"
#include "milter/server.h"
#include "trust/dkim-verify.h"

enum {
	EXIT_CONFIGURATION = 2,
};

static const char usage[] =
	"Usage: tlsrpt-milter [-c FILE] [-h | -V | -t [ADDRESS...]]\n"
	"Takes SMTP TLS reports (RFC 8460) out of passing mail and stores "
	"them in\n"
	"PostgreSQL.\n"
	"\n"
	"  -c, --config=FILE  read FILE instead of " SYSCONFDIR
	"/tlsrpt-milter.conf\n"
	"  -t, --test         test the configuration, say for each ADDRESS "
	"whether it\n"
	"                     receives reports, and exit\n"
	"  -h, --help         show this help and exit\n"
	"  -V, --version      show the version and exit\n"
	"\n"
	"See tlsrpt-milter(8) and tlsrpt-milter.conf(5).\n";

static const struct option long_options[] = {
	{"config", required_argument, NULL, 'c'},
	{"test", no_argument, NULL, 't'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

typedef struct {
	const char *path;
	bool test;
	char **addresses;
} Options;

static const char *get_version(void)
{
	return dkim_verify_is_available() ? "tlsrpt-milter " PACKAGE_VERSION
					    "\nwith libopendkim "
					    "(dkim = \"verify\")\n"
					  : "tlsrpt-milter " PACKAGE_VERSION
					    "\nwithout libopendkim\n";
}

static void print_and_exit(const char *text)
{
	fputs(text, stdout);
	exit(EXIT_SUCCESS);
}

static bool parse_options(int argc, char **argv, Options *options)
{
	int option;

	while ((option = getopt_long(
			argc, argv, "c:thV", long_options, NULL)) != -1) {
		switch (option) {
		case 'c':
			options->path = optarg;
			break;
		case 't':
			options->test = true;
			break;
		case 'h':
			print_and_exit(usage);
			break;
		case 'V':
			print_and_exit(get_version());
			break;
		default:
			return false;
		}
	}
	options->addresses = argv + optind;
	return optind == argc || options->test;
}

/* As Postfix' "postmap -q" does: what is found is told, and by the status. */
static int test_addresses(const Snapshot *snapshot, char **addresses)
{
	int status = EXIT_SUCCESS;

	for (; *addresses != NULL; addresses++) {
		bool found = recipient_matcher_contains(
			snapshot->recipients, *addresses);

		printf("%s: %s\n", *addresses,
			found ? "receives reports"
			      : "not in report_addresses nor "
				"report_address_file");
		if (!found)
			status = EXIT_FAILURE;
	}
	return status;
}

int main(int argc, char **argv)
{
	Options options = {.path = SYSCONFDIR "/tlsrpt-milter.conf"};
	g_autoptr(GError) error = NULL;
	g_autoptr(Snapshot) snapshot = NULL;

	if (!parse_options(argc, argv, &options)) {
		fputs(usage, stderr);
		return EXIT_CONFIGURATION;
	}
	snapshot = snapshot_load(options.path, &error);
	if (snapshot == NULL) {
		fprintf(stderr, "tlsrpt-milter: %s\n", error->message);
		return EXIT_CONFIGURATION;
	}
	if (options.test) {
		printf("%s: no errors found\n", options.path);
		return test_addresses(snapshot, options.addresses);
	}
	log_open((int)snapshot->settings->log_level,
		(int)snapshot->settings->log_facility);
	if (server_run(options.path, snapshot, &error))
		return EXIT_SUCCESS;
	log_message(LOG_ERR, "%s", error->message);
	return EXIT_FAILURE;
}
