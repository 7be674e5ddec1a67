/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_FILENAME_H
#define PARSER_FILENAME_H

/* The file name of a report (RFC 8460 section 5.1):
 * sender!policy-domain!begin!end[!unique-id].json[.gz]. It is a hint only: the
 * body is authoritative (section 5.6). */

#include <stdbool.h>
#include <stdint.h>

/* Whether the name ends like a report's: .json or .json.gz, in any case. */
bool filename_is_report(const char *name);

/* Whether the name ends like a file that may contain one: .gz, .zip. */
bool filename_is_archive(const char *name);

/* The policy domain in the name, canonical; NULL when the name does not follow
 * the grammar. The caller frees it. */
char *filename_get_policy_domain(const char *name);

/* The beginning of the period in the name, in Unix seconds; -1 when the name
 * does not follow the grammar. */
int64_t filename_get_begin(const char *name);

#endif
