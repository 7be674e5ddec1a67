/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "https/answer.h"
#include "https/body.h"
#include "https/confine.h"
#include "https/request.h"
#include "spool/spool-limits.h"
#include "spool/spool.h"

/* The web server may say where else, in a variable that no request can set:
 * what comes from a request begins with HTTP_ (RFC 3875 section 4.1.18). */
#define SPOOL_VARIABLE "TLSRPT_HTTPS_SPOOL"

enum {
	EXIT_USAGE = 2,
	/* Web servers are less patient. */
	BODY_SECONDS = 300,
	/* Bytes of a body that is not wanted. */
	DRAINED_MAX = 1 << 26,
};

/* What a request is about to be stored in. */
typedef struct {
	Spool *spool;
	SpoolLimits limits;
	/* Its name in the log of the daemon, and in the answer. */
	char *id;
} Place;

static void clear_place(Place *place)
{
	g_clear_pointer(&place->spool, spool_close);
	g_clear_pointer(&place->id, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, clear_place)

static const char *get_variable(const char *name)
{
	return getenv(name);
}

/* For the error log of the web server. */
static Answer complain(const GError *problem)
{
	fprintf(stderr, "tlsrpt-https: %s\n", problem->message);
	return g_error_matches(problem, SPOOL_ERROR, SPOOL_ERROR_FULL)
		       ? ANSWER_FULL
		       : ANSWER_CLOSED;
}

static Answer open_place(Place *place)
{
	const char *directory = getenv(SPOOL_VARIABLE);
	g_autoptr(GError) problem = NULL;

	if (directory == NULL || *directory == '\0')
		directory = SPOOL_HTTPS_DIRECTORY;
	if (!spool_limits_read(directory, &place->limits, &problem)) {
		g_prefix_error(&problem,
			"tlsrpt-milter does not take in reports from %s (is "
			"https_spool_directory set, and does it run?): ",
			directory);
		return complain(problem);
	}
	place->spool = spool_join(directory, &problem);
	if (place->spool == NULL || !spool_has_room(place->spool, 1,
					    place->limits.spool_size, &problem))
		return complain(problem);
	place->id = g_strdup_printf("H%" PRIx64 ".%x",
		(uint64_t)g_get_real_time(), (unsigned)getpid());
	return ANSWER_READY;
}

static Answer store(Place *place, const GByteArray *message)
{
	const SpoolEnvelope envelope = {
		.received = g_get_real_time() / G_USEC_PER_SEC,
		.queue_id = place->id,
	};
	g_autoptr(GError) problem = NULL;

	if (message->len > place->limits.message_size)
		return ANSWER_TOO_BIG;
	if (!spool_add(place->spool, &envelope, message->data, message->len,
		    place->limits.spool_size, &problem))
		return complain(problem);
	return ANSWER_STORED;
}

static Answer take_in(Place *place, const Request *request)
{
	g_autoptr(GByteArray) body = NULL;
	g_autoptr(GByteArray) message = NULL;
	Answer answer = body_read(&body, request, STDIN_FILENO,
		place->limits.message_size, BODY_SECONDS);

	if (answer == ANSWER_STORED)
		answer = body_to_message(&message, request, body);
	return answer == ANSWER_STORED ? store(place, message) : answer;
}

/* What is wrong with the request itself is said first. */
static Answer handle(Place *place, Request *request)
{
	Answer ready;
	Answer answer = request_read(request, get_variable);

	if (answer != ANSWER_STORED && answer != ANSWER_READY)
		return answer;
	ready = open_place(place);
	if (ready != ANSWER_READY || answer == ANSWER_READY)
		return ready;
	if (request->length > place->limits.message_size)
		return ANSWER_TOO_BIG;
	return take_in(place, request);
}

/* Arguments may be a stranger's: web servers make them of a query. */
static int serve(void)
{
	g_auto(Place) place = {0};
	Request request;
	Answer answer = handle(&place, &request);
	g_autofree char *text = NULL;

	if (answer != ANSWER_STORED)
		body_drain(STDIN_FILENO, DRAINED_MAX, BODY_SECONDS);
	text = answer_write(answer, answer == ANSWER_STORED ? place.id : NULL,
		request.is_head);

	if (fputs(text, stdout) == EOF || fflush(stdout) != 0)
		return EXIT_FAILURE;
	return EXIT_SUCCESS;
}

static int show_help(int argc, char **argv)
{
	bool is_version = argc == 2 && strcmp(argv[1], "--version") == 0;
	bool is_help = argc == 2 && strcmp(argv[1], "--help") == 0;

	if (is_version)
		puts("tlsrpt-https " PACKAGE_VERSION);
	else
		fputs("tlsrpt-https takes TLS reports that are sent by HTTPS "
		      "(RFC 8460 section 5.4).\n"
		      "It is a CGI program for a web server: see "
		      "tlsrpt-https(8).\n",
			is_help ? stdout : stderr);
	return is_version || is_help ? EXIT_SUCCESS : EXIT_USAGE;
}

int main(int argc, char **argv)
{
	setlocale(LC_ALL, "C");
	if (getenv("REQUEST_METHOD") == NULL)
		return show_help(argc, argv);
	signal(SIGPIPE, SIG_IGN);
	if (!confine_process())
		fprintf(stderr, "tlsrpt-https: cannot be confined: %s\n",
			g_strerror(errno));
	return serve();
}
