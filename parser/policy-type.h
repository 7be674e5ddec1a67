/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_POLICY_TYPE_H
#define PARSER_POLICY_TYPE_H

/* The policy types of RFC 8460 section 4.4. */

#include <stddef.h>

/* Constant text. `title` names the policy in people's words. */
typedef struct {
	const char *name;
	const char *title;
} PolicyTypeInfo;

/* The entry of a policy type in canonical spelling, or NULL for one that the
 * RFC does not have. */
const PolicyTypeInfo *policy_type_get_info(const char *name);

/* What stands for a policy or result type that a report does not give. */
#define POLICY_TYPE_UNSPECIFIED "unspecified"

/* The longest canonical spelling of a policy or result type, in bytes. */
#define POLICY_TYPE_NAME_MAX 128

/* The canonical spelling of a policy or result type: lower case, blanks and
 * underscores as hyphens, cut to POLICY_TYPE_NAME_MAX bytes between
 * characters. `text` is UTF-8. The caller frees it. */
char *policy_type_canonical_name(const char *text);

#endif
