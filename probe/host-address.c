/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/host-address.h"

#include <gio/gio.h>
#include <string.h>

void host_address_init(HostAddress *addresses)
{
	*addresses = (HostAddress){
		.outcome = RESOLVER_FAILED,
		.problem = g_strdup("no answer in time"),
		.list = g_ptr_array_new_with_free_func(g_free),
	};
}

void host_address_clear(HostAddress *addresses)
{
	g_clear_pointer(&addresses->problem, g_free);
	g_clear_pointer(&addresses->alias, g_free);
	g_clear_pointer(&addresses->list, g_ptr_array_unref);
}

static void add(HostAddress *addresses, GBytes *record, DnsRecordType type)
{
	char text[ADDRESS_SIZE];

	if (!dns_record_read_address(record, type, text))
		return;
	if (addresses->list->len < HOST_ADDRESS_MAX)
		g_ptr_array_add(addresses->list, g_strdup(text));
	else
		addresses->cut = true;
}

/* How much an outcome says: an address and a failure are more than that there
 * is none, and a forgery more than all. */
static int weigh(ResolverOutcome outcome)
{
	static const int weights[] = {
		[RESOLVER_NO_NAME] = 0,
		[RESOLVER_NO_DATA] = 1,
		[RESOLVER_FAILED] = 2,
		[RESOLVER_FOUND] = 3,
		[RESOLVER_BOGUS] = 4,
	};

	return weights[outcome];
}

static void take(HostAddress *addresses, ResolverAnswer *answer, bool first)
{
	if (first || weigh(answer->outcome) > weigh(addresses->outcome)) {
		addresses->outcome = answer->outcome;
		g_free(addresses->problem);
		addresses->problem = g_steal_pointer(&answer->problem);
	}
	if (addresses->alias == NULL)
		addresses->alias = g_steal_pointer(&answer->canonical);
	addresses->secure = (first || addresses->secure) && answer->secure;
}

void host_address_ask(HostAddress *addresses, Resolver *resolver,
	const char *host, int64_t deadline)
{
	static const DnsRecordType types[] = {DNS_RECORD_A, DNS_RECORD_AAAA};

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autoptr(ResolverAnswer) answer =
			resolver_ask(resolver, host, types[i], deadline);

		for (guint j = 0; j < answer->records->len; j++)
			add(addresses, answer->records->pdata[j], types[i]);
		take(addresses, answer, i == 0);
	}
}

static const struct {
	const char *network;
	unsigned int bits;
	bool loopback;
} private_networks[] = {
	{"0.0.0.0", 8, false},
	{"10.0.0.0", 8, false},
	{"100.64.0.0", 10, false},
	{"127.0.0.0", 8, true},
	{"169.254.0.0", 16, false},
	{"172.16.0.0", 12, false},
	{"192.168.0.0", 16, false},
	{"224.0.0.0", 3, false},
	{"::", 128, false},
	{"::1", 128, true},
	{"fc00::", 7, false},
	{"fe80::", 10, false},
	{"ff00::", 8, false},
};

/* An IPv4 address in an IPv6 one is judged as that. */
static GInetAddress *parse(const char *address)
{
	const char *mapped = "::ffff:";

	if (g_ascii_strncasecmp(address, mapped, strlen(mapped)) == 0 &&
		strchr(address, '.') != NULL)
		address += strlen(mapped);
	return g_inet_address_new_from_string(address);
}

bool host_address_is_private(const char *address, bool loopback)
{
	g_autoptr(GInetAddress) one = parse(address);

	for (size_t i = 0; i < G_N_ELEMENTS(private_networks); i++) {
		g_autoptr(GInetAddress) network =
			g_inet_address_new_from_string(
				private_networks[i].network);
		g_autoptr(GInetAddressMask) mask = g_inet_address_mask_new(
			network, private_networks[i].bits, NULL);

		if (g_inet_address_mask_matches(mask, one))
			return loopback || !private_networks[i].loopback;
	}
	return false;
}
