/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef INTAKE_LIMITS_H
#define INTAKE_LIMITS_H

/* What the settings say about how mail is read. */

#include <stdbool.h>
#include <stdint.h>

#include "conf/settings.h"
#include "parser/parser.h"
#include "trust/authenticate.h"

/* The limits of the parser that max_message_size, max_report_size and their
 * kin give. */
ParseLimits limits_from_settings(const Settings *settings);

/* How options dkim and trusted_authserv_id want signatures to be looked at,
 * until the deadline; borrows from the settings. No server of ours has written
 * into a message that came over HTTPS: where signatures are looked at, they are
 * verified here. */
AuthenticateRules limits_get_authentication(
	const Settings *settings, bool over_https, int64_t deadline);

#endif
