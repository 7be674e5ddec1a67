/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check/domain-options.h"

#include <unistd.h>

#include "cli/check/postconf.h"
#include "cli/command.h"

/* Words of Postfix that are absolute paths. What cannot be read is said once.
 */
static void add_files(GPtrArray *files, const char *text)
{
	static bool said;
	g_auto(GStrv) paths = g_strsplit_set(text, ", \t\n", -1);

	for (char **path = paths; *path != NULL; path++) {
		if (**path == '/' && access(*path, R_OK) == 0)
			g_ptr_array_add(files, g_strdup(*path));
		else if (**path == '/' && !said)
			command_complain("%s: cannot be read, and is not "
					 "compared with what is presented",
				*path);
	}
	said = true;
}

char **domain_options_find_certificate_files(const Settings *settings)
{
	static const char *const words[] = {"-hx", "smtpd_tls_chain_files",
		"smtpd_tls_cert_file", "smtpd_tls_eccert_file", NULL};
	const char *const *named = settings->probe_certificate_files;
	g_autoptr(GPtrArray) files = g_ptr_array_new();
	g_autofree char *text = NULL;

	for (; *named != NULL; named++)
		g_ptr_array_add(files, g_strdup(*named));
	if (files->len == 0 && access("/etc/postfix/main.cf", R_OK) == 0)
		text = postconf_run(words);
	if (text != NULL)
		add_files(files, text);
	g_ptr_array_add(files, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&files), FALSE);
}

DomainProbeOptions domain_options_make(
	const Settings *settings, const char *const *certificate_files)
{
	return (DomainProbeOptions){
		.resolver =
			{
				.servers = settings->probe_resolvers,
				.trust_anchor = settings->probe_trust_anchor,
				.timeout = settings->probe_timeout,
			},
		.ca_file = settings->probe_ca_file,
		.ehlo_name = *settings->probe_ehlo_name != '\0'
				     ? settings->probe_ehlo_name
				     : g_get_host_name(),
		.smtp_port = (uint16_t)settings->probe_smtp_port,
		.https_port = (uint16_t)settings->probe_https_port,
		.timeout = settings->probe_timeout,
		.sources = settings->probe_source_address,
		.certificate_files = certificate_files,
		.thorough = true,
		.our_addresses = settings->report_addresses,
	};
}
