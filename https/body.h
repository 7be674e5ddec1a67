/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HTTPS_BODY_H
#define HTTPS_BODY_H

/* The body of a request, and the message that it is stored as. */

#include <glib.h>
#include <stdint.h>

#include "https/answer.h"
#include "https/request.h"

/* Reads the body from the file until it is complete, for at most `seconds`.
 * ANSWER_STORED with the body, which the caller frees; otherwise what is wrong.
 * No more than `limit` bytes and one are read or allocated. */
Answer body_read(GByteArray **body, const Request *request, int file,
	uint64_t limit, int seconds);

/* Reads what is left of a body that nobody wants, up to a limit: an answer that
 * comes before the end of the request gets lost in some web servers. */
void body_drain(int file, uint64_t limit, int seconds);

/* What a body becomes: a mail with the report as its only part, or the mail
 * that it is. ANSWER_STORED with the message, which the caller frees, or
 * ANSWER_TYPE where the body begins neither like gzip nor like JSON and is said
 * to be neither. */
Answer body_to_message(
	GByteArray **message, const Request *request, const GByteArray *body);

#endif
