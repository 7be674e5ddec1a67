/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_MAIL_REPAIR_H
#define PARSER_MAIL_REPAIR_H

/* Puts a mail right that was damaged on its way, or in the way it was saved, so
 * that it can be read. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes for GMime, which may be somebody else's. */
typedef struct {
	GByteArray *array;
	bool is_borrowed;
} MailBytes;

void mail_bytes_free(MailBytes *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailBytes, mail_bytes_free)

/* The lines of a saved mail: leaves out empty lines and a "+OK" of POP3 before
 * the header, and makes LF of CR where there is no LF at all. The result may
 * refer to `data`, which it does not change. The caller frees it. */
MailBytes *mail_repair_lines(const uint8_t *data, size_t size);

/* A copy in which fields that were not folded are, and in which the structure
 * is the one that the body shows: where lines of it separate parts, the mail is
 * a multipart/mixed of these, whatever its header says. Takes time and memory
 * linear in `size`. The caller frees it. */
GByteArray *mail_repair_structure(const uint8_t *data, size_t size);

/* Whether the bytes begin with a header that has a From, as those of a mail
 * do. */
bool mail_repair_is_mail(const uint8_t *data, size_t size);

#endif
