/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_MESSAGE_H
#define MILTER_MESSAGE_H

/* What a message in transit has shown so far, one stage of SMTP after the
 * other. Knows nothing of libmilter. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "milter/snapshot.h"

/* Strings are owned and NULL until known. `recipients` are those that are
 * report addresses, as the client typed them; `content` the header and body
 * collected, NULL when `too_big` for max_message_size, or when there was no
 * room for it in max_transit_size (`crowded_out`). */
typedef struct {
	Snapshot *snapshot;
	char *sender;
	GPtrArray *recipients;
	size_t other_recipients;
	GByteArray *content;
	bool may_be_report;
	bool too_big;
	bool crowded_out;
} Message;

Message *message_new(void);
void message_free(Message *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Message, message_free)

/* Begins a message and forgets the one before. Takes over the snapshot;
 * `sender` is the argument of MAIL. */
void message_begin(Message *message, Snapshot *snapshot, const char *sender);

/* Forgets the message, if there is one. */
void message_reset(Message *message);

/* One accepted argument of RCPT. */
void message_add_recipient(Message *message, const char *argument);

/* Whether any recipient is a report address. */
bool message_is_wanted(const Message *message);

/* A header field with the value as libmilter gives it where the MTA keeps the
 * blanks in front of it (SMFIP_HDR_LEADSPC), lines ended by LF; it is collected
 * as it was sent, for the sake of its signatures. */
void message_add_header(Message *message, const char *name, const char *value);

/* The end of the header: false when no report can be in the body. */
bool message_end_header(Message *message);

/* A piece of the body. Once max_message_size or, by all messages in transit
 * together, max_transit_size is exceeded all that was collected is dropped. */
void message_add_body(Message *message, const uint8_t *data, size_t size);

#endif
