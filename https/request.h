/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HTTPS_REQUEST_H
#define HTTPS_REQUEST_H

/* What the web server says of a request, in the variables of RFC 3875 section
 * 4.1. Nothing of it goes anywhere: it is only compared. */

#include <stdbool.h>
#include <stdint.h>

#include "https/answer.h"

/* What the body is said to be. */
typedef enum {
	/* One of the media types of RFC 8460 section 6, or JSON or gzip. */
	REQUEST_BODY_REPORT,
	/* Nothing, or what programs say that do not know: it counts as a report
	 * when it begins like one. */
	REQUEST_BODY_UNKNOWN,
	/* A mail with a report. */
	REQUEST_BODY_MESSAGE,
} RequestBody;

/* Without `has_length` the body ends where the input ends: the web server has
 * put together what came in chunks. */
typedef struct {
	bool is_head;
	RequestBody body;
	bool has_length;
	uint64_t length;
} Request;

/* The value of a variable, borrowed; NULL when it is not set. */
typedef const char *RequestVariable(const char *name);

/* ANSWER_STORED when a body is to be read and stored, ANSWER_READY when all is
 * well without one; otherwise what is wrong. How long a body may be is not
 * looked at. */
Answer request_read(Request *request, RequestVariable *get_variable);

#endif
