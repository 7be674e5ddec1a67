/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-watch.h"

#include <inttypes.h>

#include "sql/store-internal.h"
#include "sql/text-array.h"

static const char claim_statement[] =
	"SELECT tlsrpt.claim_domains_to_watch($1, "
	"$2::integer * interval '1 second', $3::integer, $4::integer) AS domain";

static const char note_statement[] =
	"SELECT tlsrpt.note_observation(ROW($1, NULL, $2, $3, $4, $5, $6, $7, "
	"$8, $9)::tlsrpt.observation)";

char **store_watch_claim(Store *store, const char *const *named,
	int64_t interval, int64_t busiest, int64_t most, GError **error)
{
	g_autofree char *array = text_array_write(named);
	g_autofree char *seconds = g_strdup_printf("%" PRId64, interval);
	g_autofree char *limit = g_strdup_printf("%" PRId64, busiest);
	g_autofree char *number = g_strdup_printf("%" PRId64, most);
	const char *values[] = {array, seconds, limit, number};
	StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(StoreTable) table =
		store_read(store, claim_statement, &params, error);
	char **domains;

	if (table == NULL)
		return NULL;
	domains = g_new0(char *, table->row_count + 1);
	for (size_t row = 0; row < table->row_count; row++)
		domains[row] = store_table_take(table, row, "domain");
	return domains;
}

bool store_watch_note(
	Store *store, const StoreObservation *observation, GError **error)
{
	g_autofree char *age =
		observation->sts_max_age >= 0
			? g_strdup_printf("%" PRId64, observation->sts_max_age)
			: NULL;
	g_autofree char *sts_mx = text_array_write(observation->sts_mx);
	g_autofree char *mx = text_array_write(observation->mx);
	g_autofree char *tlsa = text_array_write(observation->tlsa);
	const char *values[] = {observation->policy_domain, observation->sts_id,
		observation->sts_mode, age, sts_mx, observation->tlsrpt_record,
		mx, tlsa, observation->findings};
	StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(PGresult) result =
		store_execute(store, note_statement, &params, error);

	return result != NULL;
}
