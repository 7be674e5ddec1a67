/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints what the parser makes of mails that were damaged at random, so that
 * two builds can be compared: the same arguments give the same mails.
 *
 * Usage: read-mutated SEED COUNT FILE... */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser/parser.h"
#include "parser/report-write.h"

enum {
	CHANGES_MAX = 4,
	/* 2026-02-01T00:00:00Z */
	RECEIVED = 1769904000,
};

/* What makes a difference to the structure of a mail. */
static const char *const words[] = {
	"\n",
	"\r\n",
	"\n\n",
	"\r",
	":",
	" ",
	"\t",
	"--",
	"\n--",
	"\"",
	";",
	"=",
	"From ",
	">From ",
	"+OK\r\n",
	"From: Reports <tls@example.org>\n",
	"From: a@example.net, b@example.com\n",
	"Subject: Report Domain: example.net Submitter: example.com\n",
	"Subject: =?utf-8?Q?Report_Domain=3A_example.org?=\n",
	"TLS-Report-Domain: example.org\n",
	"TLS-Report-Submitter : =?utf-8?Q?example.org?=\n",
	"Message-ID: <other@example.org>\n",
	"Content-Type: message/rfc822\n",
	"Content-Type: multipart/digest; boundary=b\n",
	"Content-Type: application/tlsrpt+json\n",
	"ContentType: application/tlsrpt+gzip; name=x.json.gz\n",
	"Content-Transfer-Encoding: base64\n",
	"Content-Transfer-Encoding: quoted-printable\n",
	"Content-Disposition: attachment; filename=\"a!b!1!2.json\"\n",
};

static GByteArray *read_file(const char *path)
{
	char *text;
	gsize size;

	if (!g_file_get_contents(path, &text, &size, NULL)) {
		fprintf(stderr, "read-mutated: %s cannot be read\n", path);
		exit(EXIT_FAILURE);
	}
	return g_byte_array_new_take((guint8 *)text, size);
}

static guint choose(GRand *dice, guint count)
{
	return (guint)g_rand_int_range(dice, 0, (gint32)MAX(count, 1));
}

static void insert(
	GByteArray *mail, guint at, const guint8 *bytes, guint length)
{
	g_autoptr(GByteArray) copy = g_byte_array_new();
	guint rest = mail->len - at;

	g_byte_array_append(copy, bytes, length);
	g_byte_array_set_size(mail, mail->len + length);
	memmove(mail->data + at + length, mail->data + at, rest);
	if (length > 0)
		memcpy(mail->data + at, copy->data, length);
}

/* A header is changed more often than what comes after it. */
static guint choose_place(GRand *dice, const GByteArray *mail)
{
	guint size = choose(dice, 2) == 0 ? mail->len : MIN(mail->len, 600);

	return choose(dice, size);
}

static guint find_line(const GByteArray *mail, guint at)
{
	while (at > 0 && mail->data[at - 1] != '\n')
		at--;
	return at;
}

static void change(GRand *dice, GByteArray *mail, const GByteArray *other)
{
	guint at = choose_place(dice, mail);
	guint from = choose(dice, other->len);
	guint length = choose(dice, MIN(80, mail->len - at));
	const char *word = words[choose(dice, G_N_ELEMENTS(words))];

	switch (choose(dice, 6)) {
	case 0:
		if (mail->len > 0)
			mail->data[at] ^= (guint8)(1U << choose(dice, 8));
		break;
	case 1:
		g_byte_array_remove_range(mail, at, length);
		break;
	case 2:
		insert(mail, at, (const guint8 *)word, (guint)strlen(word));
		break;
	case 3:
		insert(mail, find_line(mail, at), (const guint8 *)word,
			(guint)strlen(word));
		break;
	case 4:
		from = choose_place(dice, mail);
		insert(mail, from, mail->data + at, length);
		break;
	default:
		insert(mail, find_line(mail, at), other->data + from,
			choose(dice, MIN(400, other->len - from)));
	}
}

static void show(const ParsedMessage *message)
{
	printf("%s %s %s %zu\n", message->report_domain, message->submitter,
		message->message_id, message->inflated_size);
	for (guint i = 0; i < message->parts->len; i++) {
		const ParsedPart *part = message->parts->pdata[i];
		g_autofree char *sum =
			g_compute_checksum_for_bytes(G_CHECKSUM_MD5, part->raw);
		g_autofree char *json = NULL;

		if (part->report != NULL)
			json = report_write_json(part->report);
		printf("%s %s %s", part->name, sum,
			json != NULL ? json : part->error->message);
		printf("\n");
	}
}

static void read_mail(const GByteArray *mail)
{
	const ParseLimits limits = PARSE_LIMITS_DEFAULT;
	g_autoptr(GError) error = NULL;
	g_autoptr(ParsedMessage) message = parser_parse_file(
		mail->data, mail->len, NULL, &limits, RECEIVED, &error);

	if (message != NULL)
		show(message);
	else
		printf("%s\n", error->message);
}

/* The first ones are the files as they are. */
static void read_mutated(
	unsigned number, GRand *dice, char **paths, guint path_count)
{
	g_autoptr(GByteArray) mail = read_file(
		paths[number < path_count ? number : choose(dice, path_count)]);
	g_autoptr(GByteArray) other =
		read_file(paths[choose(dice, path_count)]);
	guint changes = number < path_count ? 0 : choose(dice, CHANGES_MAX) + 1;

	for (guint i = 0; i < changes; i++)
		change(dice, mail, other);
	printf("%u: ", number);
	read_mail(mail);
}

int main(int argc, char **argv)
{
	GRand *dice;
	unsigned count;

	if (argc < 4) {
		fprintf(stderr, "usage: read-mutated SEED COUNT FILE...\n");
		return EXIT_FAILURE;
	}
	parser_init();
	dice = g_rand_new_with_seed((guint32)strtoul(argv[1], NULL, 10));
	count = (unsigned)strtoul(argv[2], NULL, 10);
	for (unsigned i = 0; i < count; i++)
		read_mutated(i, dice, argv + 3, (guint)(argc - 3));
	g_rand_free(dice);
	return EXIT_SUCCESS;
}
