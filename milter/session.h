/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_SESSION_H
#define MILTER_SESSION_H

/* What the message at hand has shown so far, one stage of SMTP after the
 * other. Knows nothing of libmilter. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "milter/snapshot.h"

/* Strings are owned and NULL until known. `recipients` are those that are
 * report addresses, as the client typed them; `message` the header and body
 * collected, NULL when `too_big`. */
typedef struct {
	Snapshot *snapshot;
	char *sender;
	GPtrArray *recipients;
	size_t other_recipients;
	GByteArray *message;
	bool may_be_report;
	bool too_big;
} Session;

Session *session_new(void);
void session_free(Session *session);

/* Begins a message and forgets the one before. Takes over the snapshot;
 * `sender` is the argument of MAIL. */
void session_begin(Session *session, Snapshot *snapshot, const char *sender);

/* Forgets the message, if there is one. */
void session_reset(Session *session);

/* One accepted argument of RCPT. */
void session_add_recipient(Session *session, const char *argument);

/* Whether any recipient is a report address. */
bool session_is_wanted(const Session *session);

/* A header field with the value as libmilter gives it where the MTA keeps the
 * blanks in front of it (SMFIP_HDR_LEADSPC), lines ended by LF; it is collected
 * as it was sent, for the sake of its signatures. */
void session_add_header(Session *session, const char *name, const char *value);

/* The end of the header: false when no report can be in the body. */
bool session_end_header(Session *session);

/* A piece of the body. Once max_message_size is exceeded all that was
 * collected is dropped. */
void session_add_body(Session *session, const uint8_t *data, size_t size);

#endif
