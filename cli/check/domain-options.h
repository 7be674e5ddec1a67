/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_CHECK_DOMAIN_OPTIONS_H
#define CLI_CHECK_DOMAIN_OPTIONS_H

/* How the configuration wants domains to be looked at. */

#include "conf/settings.h"
#include "probe/domain-probe.h"

/* The certificates of this host's mail server: those of the configuration, or
 * of its Postfix, if they can be read; complains about those that cannot. Ends
 * with NULL; the caller frees it with g_strfreev(). */
char **domain_options_find_certificate_files(const Settings *settings);

/* All options of the configuration. What it refers to stays that of the
 * arguments. */
DomainProbeOptions domain_options_make(
	const Settings *settings, const char *const *certificate_files);

#endif
