/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_ATTACHMENT_H
#define PARSER_ATTACHMENT_H

/* Finds the parts of a mail that may hold a report (RFC 8460 section 5.3). */

#include <glib.h>
#include <gmime/gmime.h>
#include <stdbool.h>
#include <stddef.h>

#include "parser/candidate.h"
#include "parser/mail-claim.h"

/* GMime 3 declares none of these itself. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeObject, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)

/* `name` is the decoded file name, or "part N"; `content` is decoded;
 * `mail` is what the innermost message that the part is in says. */
typedef struct {
	CandidateClaim claim;
	char *name;
	GBytes *content;
	MailClaim *mail;
} Attachment;

enum {
	/* Candidate parts, and parts looked at, in one mail. */
	ATTACHMENT_MAX = 64,
	ATTACHMENT_PARTS_MAX = 10000,
	/* Messages within messages. */
	ATTACHMENT_DEPTH_MAX = 8,
};

/* How to look, and what was seen. `every_part` takes all parts for possible
 * reports, whatever their types and names. `is_claimed` tells that the message,
 * or one in it, says that it is a report; `has_winmail` that there is an
 * attachment in Outlook's own format (TNEF); `mail` what the outermost message
 * says, or NULL when it has no header at all. */
typedef struct {
	bool every_part;
	bool is_claimed;
	bool has_winmail;
	MailClaim *mail;
} AttachmentSearch;

void attachment_search_clear(AttachmentSearch *how);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AttachmentSearch, attachment_search_clear)

/* The candidates of a mail in their order, an array of Attachment that the
 * caller frees. Looks into every kind of multipart, into forwarded messages,
 * and into mails that are attached as mere bytes. NULL and
 * PARSER_ERROR_TOO_MANY_PARTS beyond the limits above, or an error of
 * mail_limits_check(). */
GPtrArray *attachment_find_all(
	GByteArray *mail, AttachmentSearch *how, GError **error);

void attachment_free(Attachment *attachment);

#endif
