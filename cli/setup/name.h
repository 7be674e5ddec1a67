/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_SETUP_NAME_H
#define CLI_SETUP_NAME_H

/* Names that come from outside and are to stand in a file. */

#include <glib.h>
#include <stdbool.h>

/* Whether a name can stand in a policy, a zone, the configuration of a web
 * server and a command as it is, also with a label of ours before it: one of
 * address_is_host_name() whose labels are as RFC 1035 section 2.3.4 wants them
 * and do not begin with a hyphen. */
bool setup_name_is_good(const char *name);

/* The same, with SETUP_ERROR_NAME that says what the name is of. */
bool setup_name_check(const char *what, const char *name, GError **error);

/* The same as setup_name_is_good() for a pattern of a policy, or a name. */
bool setup_name_is_good_pattern(const char *pattern);

/* Whether a name is the domain, or below it. */
bool setup_name_is_in(const char *name, const char *domain);

#endif
