/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-digest.h"

#include <inttypes.h>

#include "sql/schema.h"
#include "sql/store-view.h"

static const char claim_statement[] =
	"SELECT tlsrpt.claim_digest($1, $2::integer, $3::integer)";

static const char finish_statement[] =
	"SELECT tlsrpt.finish_alerts($1, $2, $3::integer, $4::integer)";

#define MEMBER(name)                                                           \
	{                                                                      \
#name, offsetof(StoreDigest, name)                             \
	}

/* By the column of that name. */
static const struct {
	const char *name;
	size_t offset;
} members[] = {
	MEMBER(since),
	MEMBER(until),
	MEMBER(first_day),
	MEMBER(last_day),
	MEMBER(age),
	MEMBER(domains),
	MEMBER(reporters),
	MEMBER(reports),
	MEMBER(sessions),
	MEMBER(failed_sessions),
	MEMBER(withheld_sessions),
	MEMBER(sessions_before),
	MEMBER(failed_sessions_before),
	MEMBER(clean_days),
	MEMBER(new_reporters),
	MEMBER(ready_domains),
	MEMBER(ready_count),
	MEMBER(held_domains),
	MEMBER(held_count),
};

/* A pointer to the member, which the digest owns. */
static char **get_member(StoreDigest *digest, size_t index)
{
	void *member = (char *)digest + members[index].offset;

	return member;
}

void store_digest_free(StoreDigest *digest)
{
	if (digest == NULL)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
		g_free(*get_member(digest, i));
	g_clear_pointer(&digest->incidents, g_ptr_array_unref);
	g_free(digest);
}

/* Takes the cells. */
static StoreDigest *take_figures(StoreTable *figures)
{
	StoreDigest *digest = g_new0(StoreDigest, 1);

	for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
		*get_member(digest, i) =
			store_table_take(figures, 0, members[i].name);
	return digest;
}

StoreDigest *store_digest_read(Store *store, unsigned days, GError **error)
{
	g_autofree char *number = g_strdup_printf("%u", days);
	const char *values[] = {number};
	StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(StoreTable) figures = store_view_read(
		store, schema_get_text("query/digest.sql"), &params, error);
	g_autoptr(GPtrArray) incidents = NULL;
	StoreDigest *digest;

	if (figures != NULL)
		incidents = store_incident_read(store, days, error);
	if (incidents == NULL)
		return NULL;
	digest = take_figures(figures);
	digest->incidents = g_steal_pointer(&incidents);
	return digest;
}

bool store_digest_claim(Store *store, const char *channel, unsigned days,
	bool *due, GError **error)
{
	g_autofree char *number = g_strdup_printf("%u", days);
	const char *values[] = {
		channel, G_STRINGIFY(STORE_ALERT_CLAIM_SECONDS), number};
	StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(PGresult) result =
		store_execute(store, claim_statement, &params, error);

	if (result == NULL)
		return false;
	*due = *PQgetvalue(result, 0, 0) == 't';
	return true;
}

bool store_digest_finish(Store *store, const char *channel, unsigned days,
	const char *problem, int64_t pause, GError **error)
{
	g_autofree char *number = g_strdup_printf("%u", days);
	g_autofree char *seconds = g_strdup_printf("%" PRId64, pause);
	const char *values[] = {channel, problem, number, seconds};
	StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(PGresult) result =
		store_execute(store, finish_statement, &params, error);

	return result != NULL;
}
