/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_DOMAIN_PROBE_H
#define PROBE_DOMAIN_PROBE_H

/* Looks at domains from outside: the DNS, the policy host, the mail servers. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "probe/domain-view.h"
#include "probe/judge.h"

enum {
	/* Addresses of one domain that are tried side by side. */
	DOMAIN_PROBE_SIDE_BY_SIDE = 16,
	/* Hosts that are remembered for other domains. */
	DOMAIN_PROBE_HOSTS_MAX = 1000,
};

/* All borrowed for as long as the probe is open. `timeout` is in seconds a
 * domain. `certificate_files` are PEM files of this host's mail server, NULL or
 * empty for none. `no_smtp` leaves mail servers out; `thorough` also tries them
 * without a name and with another type of key. */
typedef struct {
	ResolverOptions resolver;
	const char *ca_file;
	const char *ehlo_name;
	uint16_t smtp_port;
	uint16_t https_port;
	int64_t timeout;
	const char *const *sources;
	const char *const *certificate_files;
	bool no_smtp;
	bool thorough;
	int64_t soon_days;
	const char *const *our_addresses;
} DomainProbeOptions;

typedef struct DomainProbe DomainProbe;

/* NULL and PROBE_ERROR_SETUP when an option cannot be used. The caller closes
 * it after the last run. */
DomainProbe *domain_probe_open(
	const DomainProbeOptions *options, GError **error);
void domain_probe_close(DomainProbe *probe);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DomainProbe, domain_probe_close)

/* Why nothing is validated, or NULL: resolver_get_weakness(). */
const char *domain_probe_get_weakness(const DomainProbe *probe);

/* Looks at a domain in A-labels and lower case, and judges it; at most
 * `timeout` seconds and a little. Safe in several threads: a host that several
 * domains have is tried once. The caller frees the view. */
DomainView *domain_probe_run(DomainProbe *probe, const char *domain);

#endif
