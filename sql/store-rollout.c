/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-rollout.h"

#include "sql/schema.h"
#include "sql/store-view.h"
#include "sql/text-array.h"

StoreTable *store_rollout_read(
	Store *store, const char *const *domains, GError **error)
{
	g_autofree char *array =
		*domains != NULL ? text_array_write(domains) : NULL;
	const char *const values[] = {array};
	const StoreParams params = {
		.count = G_N_ELEMENTS(values), .values = values};

	return store_view_read(
		store, schema_get_text("query/rollout.sql"), &params, error);
}
