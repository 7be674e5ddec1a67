/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_PARSER_H
#define PARSER_PARSER_H

/* From the bytes of a mail, or of a report file, to the reports in it. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parser/report.h"

/* Bounds on what a sender may make us do. Sizes in bytes, ages in seconds. */
typedef struct {
	size_t message_size;
	size_t report_size;
	size_t parse_memory;
	size_t policies;
	size_t failure_details;
	size_t string_size;
	int64_t report_age;
	int64_t report_future;
} ParseLimits;

#define PARSE_LIMITS_DEFAULT                                                   \
	((ParseLimits){.message_size = (size_t)32 << 20,                       \
		.report_size = (size_t)64 << 20,                               \
		.parse_memory = (size_t)256 << 20,                             \
		.policies = 10000,                                             \
		.failure_details = 10000,                                      \
		.string_size = 65536,                                          \
		.report_age = INT64_C(400) * 86400,                            \
		.report_future = INT64_C(2) * 86400})

/* One candidate part of a mail: either `report` is set, or `error` says why
 * there is none. `name` is the part's file name or number, for messages to
 * people; `raw` the decoded part as it was attached. */
typedef struct {
	char *name;
	Report *report;
	GError *error;
	GBytes *raw;
} ParsedPart;

/* What a mail contained. What its header says is decoded and absent when NULL;
 * it is the sender's claims. `submitter` is the domain of TLS-Report-Submitter,
 * else of From. `parts` has no element when the mail is not a report.
 * `inflated_size` is what all of them together inflated to, in bytes, and
 * bounds what they have cost. */
typedef struct {
	char *report_domain;
	char *submitter;
	char *message_id;
	GPtrArray *parts;
	size_t inflated_size;
} ParsedMessage;

/* Called once per process, before any thread parses. */
void parser_init(void);

/* Reads a mail (RFC 5322, LF or CRLF lines) and every report in it. `received`
 * is when it came, in Unix seconds: the age limits refer to that. NULL and
 * PARSER_ERROR_MESSAGE_TOO_BIG when the mail is over the limit; whatever else
 * is wrong is the error of a part. The caller owns the result. Safe in
 * several threads at once. */
ParsedMessage *parser_parse_message(const uint8_t *data, size_t size,
	const ParseLimits *limits, int64_t received, GError **error);

/* The same for a file of unknown kind: a mail, also packed with gzip, a report
 * as JSON, gzip or zip (told by its first bytes). `name` may be NULL. */
ParsedMessage *parser_parse_file(const uint8_t *data, size_t size,
	const char *name, const ParseLimits *limits, int64_t received,
	GError **error);

void parsed_message_free(ParsedMessage *message);

/* The domain that the mail says it is from, apart from its reports. Borrowed,
 * or NULL. See report_find_reporter(). */
const char *parsed_message_get_submitter(const ParsedMessage *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ParsedMessage, parsed_message_free)

#endif
