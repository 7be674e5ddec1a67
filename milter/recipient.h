/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_RECIPIENT_H
#define MILTER_RECIPIENT_H

/* Tells which recipients of a mail are report addresses. */

#include <glib.h>
#include <stdbool.h>

typedef struct RecipientMatcher RecipientMatcher;

/* `addresses` are "local@domain" or "@domain", up to a NULL; `delimiters` the
 * characters that begin an address extension, as in Postfix. */
RecipientMatcher *recipient_matcher_new(
	const char *const *addresses, const char *delimiters);
void recipient_matcher_free(RecipientMatcher *matcher);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecipientMatcher, recipient_matcher_free)

/* Whether the argument of RCPT, as the client typed it, is a report address:
 * compared without case, quotes, comments, source route and, if need be,
 * without extension. */
bool recipient_matcher_contains(
	const RecipientMatcher *matcher, const char *argument);

/* The bare address of an argument of MAIL or RCPT: without angle brackets,
 * blanks around it, comments, source route and needless quotes. The caller
 * frees it; "" for the null sender. */
char *recipient_get_address(const char *argument);

#endif
