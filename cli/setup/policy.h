/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_SETUP_POLICY_H
#define CLI_SETUP_POLICY_H

/* The policy that a domain is to have, made of the one that it has. */

#include <glib.h>
#include <stdbool.h>

#include "parser/policy-string.h"
#include "probe/domain-view.h"

enum {
	/* Some senders report on no policy that lasts just a day. */
	SETUP_POLICY_AGE_TESTING = 86401,
	/* A week, so that it protects. */
	SETUP_POLICY_AGE_ENFORCE = 604800,
};

/* Chooses in that mode: patterns that cover all hosts, and a max_age that is
 * good for the mode, stay as they are. False and SETUP_ERROR_NAME where a host
 * cannot stand in a policy. Clear with policy_sts_clear(). */
bool setup_policy_choose(const DomainView *view, PolicyStsMode mode,
	PolicySts *policy, GError **error);

/* Whether all senders get this policy, and nothing is wrong with it. */
bool setup_policy_is_served(const DomainView *view, const PolicySts *policy);

/* The file (RFC 8461 section 3.2); the caller frees it. */
char *setup_policy_write(const PolicySts *policy);

#endif
