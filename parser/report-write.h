/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_REPORT_WRITE_H
#define PARSER_REPORT_WRITE_H

/* Writes a report as canonical JSON: the members of RFC 8460 in the order of
 * section 4.4, absent ones left out, lists always arrays, times in UTC as
 * YYYY-MM-DDTHH:MM:SSZ; then `extra` and, on top level, `remarks` where there
 * are any. Reading what was written gives the same report. */

#include <stddef.h>
#include <stdint.h>

#include "parser/report.h"

#define REPORT_DIGEST_SIZE 32

/* The caller frees the text, which is indented and ends with a newline. */
char *report_write_json(const Report *report);

/* SHA-256 of the canonical JSON without the remarks, so that a report keeps
 * its digest when a later version remarks on more. */
void report_write_digest(
	const Report *report, uint8_t digest[REPORT_DIGEST_SIZE]);

#endif
