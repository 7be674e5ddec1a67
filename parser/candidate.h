/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_CANDIDATE_H
#define PARSER_CANDIDATE_H

/* What may be a report (RFC 8460 section 5.3), as far as media types, file
 * names and header fields tell. */

#include <stdbool.h>

/* Some mail gateways leave the hyphen out of Content-Type. */
#define CANDIDATE_MISSPELT_TYPE "ContentType"

/* How sure it is that a part was meant to be a report. */
typedef enum {
	/* Only its type makes it worth a look. */
	CANDIDATE_POSSIBLE,
	/* It is named like a report. */
	CANDIDATE_NAMED,
	/* Its media type is one of RFC 8460 section 6. */
	CANDIDATE_DECLARED,
} CandidateClaim;

/* Whether a part of this media type, without parameters, and of this decoded
 * file name, NULL for none, may be a report. `claim` is set when it may. */
bool candidate_get_claim(
	const char *type, const char *name, CandidateClaim *claim);

/* How the subject of a report begins (RFC 8460 section 5.3). */
#define CANDIDATE_SUBJECT "Report Domain:"

/* Whether a decoded subject begins so, in upper or lower case. */
bool candidate_is_subject(const char *subject);

/* Whether this field of a mail's header says that the mail is a report: one of
 * the RFC's own fields, a subject as in the RFC, the media type of a report or
 * report-type=tlsrpt. `value` may be folded and encoded. */
bool candidate_is_claim(const char *name, const char *value);

/* Whether this field of a mail's header allows for a report in the mail. A
 * mail that has no such field has none: nothing announces one, and its body is
 * text, sound or pictures without a name. `value` may be folded and encoded.
 * Every mail of which a part passes candidate_get_claim() has such a field, and
 * every mail that says it is a report. */
bool candidate_is_announced(const char *name, const char *value);

#endif
