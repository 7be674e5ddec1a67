/* SPDX-License-Identifier: BSD-2-Clause */
/* How long it takes from a mail to its report, compared with the least that
 * the libraries need for the same bytes: GMime's bare parse, zlib's inflate and
 * jansson's load, without decoding base64 and without looking at anything. */
#include <gmime/gmime.h>
#include <inttypes.h>
#include <jansson.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#include "parser/attachment.h"
#include "parser/parser.h"

enum {
	ROUNDS = 9,
	GZIP_WINDOW = 15 + 16,
	LINE = 57,
	/* 2026-02-01T00:00:00Z */
	RECEIVED = 1769904000,
};

static const struct {
	const char *name;
	int failures;
	int repetitions;
} cases[] = {
	{"daily report, no failure", 0, 2000},
	{"500 failure details", 500, 50},
	{"100 000 failure details", 100000, 1},
};

static const char json_head[] =
	"{\"organization-name\":\"Example Inc.\",\"date-range\":{"
	"\"start-datetime\":\"2026-01-20T00:00:00Z\",\"end-datetime\":"
	"\"2026-01-20T23:59:59Z\"},\"contact-info\":\"tls@example.com\","
	"\"report-id\":\"2026-01-20T00:00:00Z_example.net\",\"policies\":[{"
	"\"policy\":{\"policy-type\":\"sts\",\"policy-string\":["
	"\"version: STSv1\",\"mode: enforce\",\"mx: *.example.net\","
	"\"max_age: 604800\"],\"policy-domain\":\"example.net\",\"mx-host\":["
	"\"*.example.net\"]},\"summary\":{"
	"\"total-successful-session-count\":230,"
	"\"total-failure-session-count\":%d}";

static const char mail_head[] =
	"Received: from mail.example.com by mx.example.net; Wed, 21 Jan 2026\r\n"
	"Authentication-Results: mx.example.net; dkim=pass header.d=example.com;"
	"\r\n\tdmarc=pass (p=reject) header.from=example.com\r\n"
	"Received-SPF: pass (example.com) client-ip=192.0.2.1\r\n"
	"Received: by mail.example.com with SMTP id d75a77b69052e;\r\n"
	"\tWed, 21 Jan 2026 02:59:46 -0800 (PST)\r\n"
	"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com;\r\n"
	"\ts=20260101; h=to:from:subject:message-id:date:mime-version;\r\n"
	"\tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\r\n"
	"\tb=QWxhZGRpbjpvcGVuIHNlc2FtZQQWxhZGRpbjpvcGVuIHNlc2FtZQQWxhZGRp\r\n"
	"X-Google-DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
	"\td=1e100.net; s=20260101; h=to:from:subject:message-id;\r\n"
	"\tb=QWxhZGRpbjpvcGVuIHNlc2FtZQQWxhZGRpbjpvcGVuIHNlc2FtZQQWxhZGRp\r\n"
	"X-Gm-Message-State: AOJu0YyXabcdefghijklmnopqrstuvwxyz0123456789\r\n"
	"X-Google-Smtp-Source: AGHT+IEabcdefghijklmnopqrstuvwxyz0123456789\r\n"
	"X-Received: by 2001:db8::1 with SMTP id d75a77b69052e; 21 Jan 2026\r\n"
	"Date: Wed, 21 Jan 2026 02:59:46 -0800\r\n"
	"Message-ID: <bfb1c470d2e4b8d3399f017935845c39@example.com>\r\n"
	"From: noreply@example.com\r\nTo: tls-reports@example.net\r\n"
	"Subject: Report Domain: example.net Submitter: example.com\r\n"
	"TLS-Report-Domain: example.net\r\nTLS-Report-Submitter: example.com\r\n"
	"MIME-Version: 1.0\r\nContent-Type: multipart/report; "
	"report-type=\"tlsrpt\"; boundary=\"b\"\r\n\r\n--b\r\n"
	"Content-Type: text/plain\r\n\r\nA report of TLS sessions.\r\n\r\n"
	"--b\r\nContent-Type: application/tlsrpt+gzip\r\n"
	"Content-Disposition: attachment; filename=\"example.com!example.net!"
	"1768867200!1768953599!001.json.gz\"\r\n"
	"Content-Transfer-Encoding: base64\r\n\r\n";

/* One mail with what is in it. */
typedef struct {
	GString *json;
	GByteArray *packed;
	GByteArray *mail;
	uint8_t *room;
} Subject;

static void die(const char *message)
{
	fprintf(stderr, "bench-parse: %s\n", message);
	exit(EXIT_FAILURE);
}

static GString *make_json(int failures)
{
	GString *json = g_string_new(NULL);

	g_string_append_printf(json, json_head, failures);
	for (int i = 0; i < failures; i++)
		g_string_append_printf(json,
			"%s{\"result-type\":\"certificate-expired\","
			"\"sending-mta-ip\":\"192.0.2.%d\","
			"\"receiving-mx-hostname\":\"mx%d.example.net\","
			"\"receiving-ip\":\"198.51.100.%d\","
			"\"failed-session-count\":1}",
			i == 0 ? ",\"failure-details\":[" : ",", i % 250, i % 4,
			i % 200);
	g_string_append(json, failures > 0 ? "]}]}" : "}]}");
	return json;
}

static GByteArray *pack(const GString *json)
{
	GByteArray *packed = g_byte_array_new();
	z_stream stream = {0};

	if (deflateInit2(&stream, 6, Z_DEFLATED, GZIP_WINDOW, 8,
		    Z_DEFAULT_STRATEGY) != Z_OK)
		die("no memory");
	g_byte_array_set_size(packed, (guint)deflateBound(&stream, json->len));
	stream.next_in = (z_const Bytef *)json->str;
	stream.avail_in = (uInt)json->len;
	stream.next_out = packed->data;
	stream.avail_out = packed->len;
	if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
		die("cannot deflate");
	g_byte_array_set_size(packed, (guint)stream.total_out);
	deflateEnd(&stream);
	return packed;
}

static void append(GByteArray *bytes, const char *text)
{
	g_byte_array_append(bytes, (const guint8 *)text, (guint)strlen(text));
}

static GByteArray *make_mail(const GByteArray *packed)
{
	GByteArray *mail = g_byte_array_new();

	append(mail, mail_head);
	for (guint at = 0; at < packed->len; at += LINE) {
		g_autofree char *line = g_base64_encode(
			packed->data + at, MIN(LINE, packed->len - at));

		append(mail, line);
		append(mail, "\r\n");
	}
	append(mail, "--b--\r\n");
	return mail;
}

static void run_floor(const Subject *subject)
{
	g_autoptr(GMimeStream) stream =
		g_mime_stream_mem_new_with_byte_array(subject->mail);
	g_autoptr(GMimeParser) parser = NULL;
	g_autoptr(GMimeMessage) message = NULL;
	z_stream zlib = {0};
	json_t *root;

	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	parser = g_mime_parser_new_with_stream(stream);
	message = g_mime_parser_construct_message(parser, NULL);
	zlib.next_in = subject->packed->data;
	zlib.avail_in = subject->packed->len;
	zlib.next_out = subject->room;
	zlib.avail_out = (uInt)subject->json->len;
	if (inflateInit2(&zlib, GZIP_WINDOW) != Z_OK ||
		inflate(&zlib, Z_FINISH) != Z_STREAM_END)
		die("cannot inflate");
	inflateEnd(&zlib);
	root = json_loadb((const char *)subject->room, subject->json->len,
		JSON_REJECT_DUPLICATES, NULL);
	if (message == NULL || root == NULL)
		die("the floor cannot read the mail");
	json_decref(root);
}

static void run_parser(const Subject *subject)
{
	const ParseLimits limits = PARSE_LIMITS_DEFAULT;
	g_autoptr(ParsedMessage) message =
		parser_parse_message(subject->mail->data, subject->mail->len,
			&limits, RECEIVED, NULL);
	const ParsedPart *part;

	if (message == NULL || message->parts->len != 1)
		die("no report found");
	part = message->parts->pdata[0];
	if (part->report == NULL)
		die(part->error->message);
}

/* Microseconds on the processor: others may use the machine, too. */
static double get_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* For one mail. */
static double run(
	const Subject *subject, int repetitions, void (*way)(const Subject *))
{
	double start = get_time();

	for (int i = 0; i < repetitions; i++)
		way(subject);
	return (get_time() - start) / repetitions;
}

static int compare(const void *a, const void *b)
{
	const double *first = a;
	const double *second = b;

	return (*first > *second) - (*first < *second);
}

/* The two ways take turns; a first round of both warms up. */
static void measure(const char *name, int repetitions, const Subject *subject)
{
	double least[ROUNDS];
	double ours[ROUNDS];

	run(subject, repetitions, run_floor);
	run(subject, repetitions, run_parser);
	for (int i = 0; i < ROUNDS; i++) {
		least[i] = run(subject, repetitions, run_floor);
		ours[i] = run(subject, repetitions, run_parser);
	}
	qsort(least, ROUNDS, sizeof(*least), compare);
	qsort(ours, ROUNDS, sizeof(*ours), compare);
	printf("parse, %-24s %9.1f us, libraries alone %9.1f us, ratio %.2f "
	       "(target 1.00)\n",
		name, ours[ROUNDS / 2], least[ROUNDS / 2],
		ours[ROUNDS / 2] / least[ROUNDS / 2]);
}

/* A field of /proc/self/status, in bytes. */
static size_t memory(const char *field)
{
	g_autofree char *status = NULL;
	const char *line = NULL;

	if (g_file_get_contents("/proc/self/status", &status, NULL, NULL))
		line = strstr(status, field);
	if (line == NULL)
		die("cannot ask for the memory in use");
	return (size_t)g_ascii_strtoull(line + strlen(field), NULL, 10) * 1024;
}

/* The kernel forgets its peak, so that the next one is that of the parser. */
static void measure_memory(const char *name, const Subject *subject)
{
	size_t before;

	malloc_trim(0);
	if (!g_file_set_contents_full("/proc/self/clear_refs", "5", 1,
		    G_FILE_SET_CONTENTS_NONE, 0, NULL))
		die("cannot reset the peak of the memory in use");
	before = memory("VmRSS:\t");
	run_parser(subject);
	printf("memory, %-23s %9.1f times the inflated size (target 12.0)\n",
		name,
		(double)(memory("VmHWM:\t") - before) /
			(double)subject->json->len);
}

int main(void)
{
	parser_init();
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		Subject subject = {.json = make_json(cases[i].failures)};

		subject.packed = pack(subject.json);
		subject.mail = make_mail(subject.packed);
		subject.room = g_malloc(subject.json->len);
		measure(cases[i].name, cases[i].repetitions, &subject);
		if (cases[i].failures > 0)
			measure_memory(cases[i].name, &subject);
		g_string_free(subject.json, TRUE);
		g_byte_array_unref(subject.packed);
		g_byte_array_unref(subject.mail);
		g_free(subject.room);
	}
	return EXIT_SUCCESS;
}
