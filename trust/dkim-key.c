/* SPDX-License-Identifier: BSD-2-Clause */
#include "trust/dkim-key.h"

#include <arpa/nameser.h>
#include <glib.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "trust/tag-list.h"

enum {
	/* The most that a server is given for an answer, in seconds. */
	TIMEOUT = 5,
	ATTEMPTS = 2,
	/* An answer may have more than the one record that counts. */
	ANSWER_SIZE = 4 * DKIM_KEY_SIZE_MAX,
};

/* The pieces of a TXT record, each behind its length, as one text. */
static char *join_pieces(const uint8_t *data, size_t size)
{
	g_autoptr(GString) text = g_string_new(NULL);
	size_t at = 0;

	while (at < size) {
		size_t length = data[at++];

		if (length > size - at)
			return NULL;
		g_string_append_len(
			text, (const char *)data + at, (gssize)length);
		at += length;
	}
	if (text->len > DKIM_KEY_SIZE_MAX || strlen(text->str) != text->len)
		return NULL;
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* The one TXT record of an answer, which may have aliases before it. */
static char *find_text(const uint8_t *answer, int size)
{
	g_autofree char *text = NULL;
	ns_msg message;
	ns_rr record;

	if (ns_initparse(answer, size, &message) != 0)
		return NULL;
	for (int i = 0; i < ns_msg_count(message, ns_s_an); i++) {
		if (ns_parserr(&message, ns_s_an, i, &record) != 0)
			return NULL;
		if (ns_rr_type(record) != ns_t_txt)
			continue;
		if (text != NULL)
			return NULL;
		text = join_pieces(ns_rr_rdata(record), ns_rr_rdlen(record));
		if (text == NULL)
			return NULL;
	}
	return g_steal_pointer(&text);
}

static bool is_final(int error)
{
	return error == HOST_NOT_FOUND || error == NO_DATA;
}

static DkimKeyStatus ask(res_state resolver, const char *name, char **text)
{
	uint8_t answer[ANSWER_SIZE];
	int size = res_nquery(
		resolver, name, ns_c_in, ns_t_txt, answer, (int)sizeof(answer));

	if (size < 0)
		return is_final(resolver->res_h_errno) ? DKIM_KEY_ABSENT
						       : DKIM_KEY_UNKNOWN;
	*text = (size_t)size <= sizeof(answer) ? find_text(answer, size) : NULL;
	return *text != NULL ? DKIM_KEY_FOUND : DKIM_KEY_ABSENT;
}

/* Of all servers together the resolver waits, for each attempt, as many times
 * `retrans` as there are servers: see res_ninit(3). Where there is less time
 * than that, fewer servers and attempts have to do. False when there is none.
 */
static bool limit_time(res_state resolver, int64_t deadline)
{
	int64_t left = (deadline - g_get_monotonic_time()) / G_USEC_PER_SEC;
	int seconds = (int)CLAMP(left, 0, DKIM_KEY_SECONDS);

	resolver->retry = MIN(resolver->retry, ATTEMPTS);
	if (resolver->retry * resolver->nscount > seconds)
		resolver->retry = 1;
	resolver->nscount = MIN(resolver->nscount, seconds);
	if (resolver->nscount == 0)
		return false;
	resolver->retrans =
		CLAMP(seconds / (resolver->retry * resolver->nscount), 1,
			MIN(resolver->retrans, TIMEOUT));
	return true;
}

DkimKeyStatus dkim_key_fetch(
	const char *selector, const char *domain, int64_t deadline, char **text)
{
	g_autofree char *name =
		g_strdup_printf("%s._domainkey.%s", selector, domain);
	struct __res_state resolver = {0};
	DkimKeyStatus status = DKIM_KEY_UNKNOWN;

	if (res_ninit(&resolver) != 0)
		return DKIM_KEY_UNKNOWN;
	/* Most answers then fit into a datagram. */
	resolver.options |= RES_USE_EDNS0;
	if (limit_time(&resolver, deadline))
		status = ask(&resolver, name, text);
	res_nclose(&resolver);
	return status;
}

static bool is_for_reports(const char *services)
{
	g_auto(GStrv) list = g_strsplit(services, ":", -1);

	for (size_t i = 0; list[i] != NULL; i++) {
		if (g_ascii_strcasecmp(g_strstrip(list[i]), "tlsrpt") == 0)
			return true;
	}
	return false;
}

char *dkim_key_open(const char *text)
{
	g_autoptr(GHashTable) tags = tag_list_parse(text);
	const char *services =
		tags != NULL ? g_hash_table_lookup(tags, "s") : NULL;
	GHashTableIter iterator;
	GString *opened;
	void *name;
	void *value;

	if (services == NULL || !is_for_reports(services))
		return g_strdup(text);
	/* The version comes first, where there is one. */
	opened = g_string_new("v=DKIM1");
	g_hash_table_iter_init(&iterator, tags);
	while (g_hash_table_iter_next(&iterator, &name, &value)) {
		if (strcmp(name, "v") != 0 && strcmp(name, "s") != 0)
			g_string_append_printf(opened, "; %s=%s",
				(const char *)name, (const char *)value);
	}
	return g_string_free(opened, FALSE);
}
