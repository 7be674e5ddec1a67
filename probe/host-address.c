/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/host-address.h"

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
