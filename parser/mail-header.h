/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_MAIL_HEADER_H
#define PARSER_MAIL_HEADER_H

/* The few fields of a mail's header that are read. GMime makes objects of every
 * field that it sees, so it is shown no others. */

#include <glib.h>
#include <gmime/gmime.h>
#include <stddef.h>

typedef enum {
	MAIL_FIELD_REPORT_DOMAIN,
	MAIL_FIELD_SUBMITTER,
	MAIL_FIELD_SUBJECT,
	MAIL_FIELD_MISSPELT_TYPE,
	MAIL_FIELD_MESSAGE_ID,
	/* The last one where there are several. */
	MAIL_FIELD_LAST_SUBJECT,
	MAIL_FIELD_FROM,
	MAIL_FIELD_COUNT,
} MailFieldIndex;

/* As sent; `text` is NULL where the header has no such field. Borrowed. */
typedef struct {
	const char *text;
	size_t size;
} MailField;

/* `from` is NULL where there is none. Clear with mail_header_clear(). */
typedef struct {
	MailField fields[MAIL_FIELD_COUNT];
	InternetAddressList *from;
} MailHeader;

/* The fields of a message, whose texts stay its own. */
void mail_header_init(MailHeader *header, GMimeMessage *message);
void mail_header_clear(MailHeader *header);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MailHeader, mail_header_clear)

/* Finds the fields in the bytes of a mail, whose texts stay theirs. What comes
 * back is the mail as the MIME part that it is: its fields that begin with
 * "Content-", and its body. The caller owns it. NULL where not every line of
 * the header is beyond doubt a field, or From not an address: that is for GMime
 * to read. `header` is to be cleared in any case. */
GByteArray *mail_header_split(MailHeader *header, const GByteArray *mail);

/* The name of a field. */
const char *mail_header_get_name(MailFieldIndex index);

/* The text of a field that is meant: unfolded and decoded. NULL where there is
 * none. The caller frees it. */
char *mail_header_decode(const MailHeader *header, MailFieldIndex index);

#endif
