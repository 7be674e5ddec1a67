/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef INTAKE_LIMITS_H
#define INTAKE_LIMITS_H

/* What the settings say about how mail is read. */

#include "conf/settings.h"
#include "parser/parser.h"
#include "trust/authenticate.h"

/* The limits of the parser that max_message_size, max_report_size and their
 * kin give. */
ParseLimits limits_from_settings(const Settings *settings);

/* How option dkim wants signatures to be looked at. */
AuthenticateMethod limits_get_method(const Settings *settings);

#endif
