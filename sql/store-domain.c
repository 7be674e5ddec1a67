/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-domain.h"

#include "sql/schema.h"
#include "sql/store-view.h"
#include "sql/text-array.h"

bool store_domain_read(StoreDomain *known, Store *store, const char *domain,
	const char *const *hosts, GError **error)
{
	g_autofree char *array = text_array_write(hosts);
	const char *const values[] = {domain, array};
	const StoreParams params = {
		.count = G_N_ELEMENTS(values), .values = values};
	const StoreView views[] = {
		{schema_get_text("query/domain-policies.sql"), 1},
		{schema_get_text("query/domain-alerts.sql"), 2},
		{schema_get_text("query/domain-observations.sql"), 1},
		{schema_get_text("query/domain-reports.sql"), 1},
	};
	g_autoptr(GPtrArray) tables = store_view_read_all(
		store, views, G_N_ELEMENTS(views), &params, error);

	if (tables == NULL)
		return false;
	known->has_reports =
		*store_table_get(tables->pdata[3], 0, "any") == 't';
	known->observations = g_ptr_array_steal_index(tables, 2);
	known->alerts = g_ptr_array_steal_index(tables, 1);
	known->policies = g_ptr_array_steal_index(tables, 0);
	return true;
}

void store_domain_clear(StoreDomain *known)
{
	g_clear_pointer(&known->policies, store_table_free);
	g_clear_pointer(&known->alerts, store_table_free);
	g_clear_pointer(&known->observations, store_table_free);
}
