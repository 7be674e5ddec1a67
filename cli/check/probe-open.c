/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check/probe-open.h"

#include "cli/check/domain-options.h"

DomainProbeOptions probe_open_get_options(
	const ProbeOptions *said, const Settings *settings)
{
	static const char *const no_files[] = {NULL};
	DomainProbeOptions options = domain_options_make(settings, no_files);

	if (said->resolvers != NULL)
		options.resolver.servers = (const char *const *)said->resolvers;
	if (said->trust_anchor != NULL)
		options.resolver.trust_anchor = said->trust_anchor;
	if (said->ca_file != NULL)
		options.ca_file = said->ca_file;
	if (said->smtp_port != 0)
		options.smtp_port = (uint16_t)said->smtp_port;
	if (said->https_port != 0)
		options.https_port = (uint16_t)said->https_port;
	if (said->timeout != 0)
		options.timeout = said->timeout;
	options.resolver.timeout = options.timeout;
	return options;
}
