/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HTTPS_ANSWER_H
#define HTTPS_ANSWER_H

/* What a request is answered with (RFC 8460 section 5.4 wants 2xx for a report
 * that was taken): every status with the one line that says why. */

#include <glib.h>
#include <stdbool.h>

#define ANSWER(name, ...) ANSWER_##name,
typedef enum {
#include "https/answer.def"
	ANSWER_COUNT,
} Answer;

/* The header and the line of an answer as a CGI program gives it (RFC 3875
 * section 6); without the line when `is_head`. `detail`, NULL for none, is a
 * word of ours that ends the line. The caller frees it. */
char *answer_write(Answer answer, const char *detail, bool is_head);

#endif
