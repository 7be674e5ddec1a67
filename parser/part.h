/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_PART_H
#define PARSER_PART_H

/* From an attachment to the reports in it. */

#include <glib.h>
#include <stdint.h>

#include "parser/attachment.h"
#include "parser/parser.h"

/* What every attachment of one mail is read with, and what it adds to. */
typedef struct {
	const ParseLimits *limits;
	int64_t received;
	ParsedMessage *message;
} PartContext;

/* Adds the reports of an attachment, and an error for each that was one and
 * could not be read. What only might have been a report adds nothing. All
 * attachments of a message together may inflate to four times report_size. */
void part_read_attachment(
	const PartContext *context, const Attachment *attachment);

/* Takes over the report or the error, whichever there is. */
void part_add(ParsedMessage *message, const char *name, GBytes *raw,
	Report *report, GError *error);

#endif
