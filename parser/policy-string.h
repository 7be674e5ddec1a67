/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_POLICY_STRING_H
#define PARSER_POLICY_STRING_H

/* What stands in policy-string: the lines of an MTA-STS policy (RFC 8461
 * section 3.2) or TLSA records (RFC 6698 section 2.2), as the reporter saw
 * them, errors included. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
	/* No mode line, or one with another word. */
	POLICY_STS_UNKNOWN,
	POLICY_STS_NONE,
	POLICY_STS_TESTING,
	POLICY_STS_ENFORCE,
} PolicyStsMode;

/* `max_age` is in seconds, -1 when absent or not a number of up to ten
 * digits; `mx` ends with NULL and is owned. */
typedef struct {
	PolicyStsMode mode;
	int64_t max_age;
	char **mx;
} PolicySts;

/* One record; `data` borrows the hexadecimal text from the line. */
typedef struct {
	uint8_t usage;
	uint8_t selector;
	uint8_t matching_type;
	const char *data;
} PolicyTlsa;

/* Splits a policy written as one string at semicolons and line ends; blank
 * lines are left out. The caller frees the list with g_strfreev(). */
char **policy_string_split(const char *text);

/* Reads policy lines up to the NULL. As the RFC asks, the first of a repeated
 * key counts and unknown keys are ignored. Clear with policy_sts_clear(). */
void policy_string_parse_sts(const char *const *lines, PolicySts *sts);
void policy_sts_clear(PolicySts *sts);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PolicySts, policy_sts_clear)

/* "enforce", "testing", "none", or NULL when unknown. */
const char *policy_sts_mode_name(PolicyStsMode mode);

/* Reads one record in presentation form; false when it is not one. */
bool policy_string_parse_tlsa(const char *line, PolicyTlsa *tlsa);

#endif
