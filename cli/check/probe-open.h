/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_CHECK_PROBE_OPEN_H
#define CLI_CHECK_PROBE_OPEN_H

/* How the probe looks: as the command line says, else as the settings do. */

#include "cli/check/probe-options.h"
#include "conf/settings.h"
#include "probe/domain-probe.h"

/* The probe's options, which borrow from both; files of certificates and the
 * manner in which mail servers are tried are the caller's. */
DomainProbeOptions probe_open_get_options(
	const ProbeOptions *said, const Settings *settings);

#endif
