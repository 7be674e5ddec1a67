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

#endif
