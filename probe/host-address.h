/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_HOST_ADDRESS_H
#define PROBE_HOST_ADDRESS_H

/* The addresses of a host, IPv4 and IPv6. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "probe/resolver.h"

enum {
	HOST_ADDRESS_MAX = 8,
};

/* `outcome` is RESOLVER_FOUND when there is any address, and all answers were
 * good; RESOLVER_BOGUS when one was forged. `secure`: both answers are
 * validated. `alias` is the name that the host is an alias of, or NULL. `list`
 * has at most HOST_ADDRESS_MAX texts, `cut` when there were more. */
typedef struct {
	ResolverOutcome outcome;
	char *problem;
	bool secure;
	bool cut;
	char *alias;
	GPtrArray *list;
} HostAddress;

/* Before anything was asked: RESOLVER_FAILED, and no address. Clear with
 * host_address_clear(). */
void host_address_init(HostAddress *addresses);
void host_address_ask(HostAddress *addresses, Resolver *resolver,
	const char *host, int64_t deadline);
void host_address_clear(HostAddress *addresses);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HostAddress, host_address_clear)

/* Whether an IP address is private, shared, of one link or of no host (RFC
 * 6890), or, if `loopback` counts, of this host. */
bool host_address_is_private(const char *address, bool loopback);

#endif
