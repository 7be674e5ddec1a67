/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_GRANT_H
#define SQL_GRANT_H

/* What login roles may do: store, read everything, read and act on it, or read
 * what is about certain policy domains. Functions that change something fail,
 * with STORE_ERROR_REFUSED, for a role that something else is granted to, and
 * change nothing then. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sql/store.h"

typedef struct {
	/* How many domains were added or taken away by this call. */
	int64_t changed;
	/* How many the role has now. */
	int64_t total;
} GrantDomains;

/* `db grant writer|reader|operator`: makes `role` (created where it is missing)
 * one of these, with the settings the program relies on. `kind` is the word.
 * Any grant also renews what the groups may do, and fails if it would have no
 * effect. */
bool grant_role(
	Store *store, const char *kind, const char *role, GError **error);

/* `db grant tenant`: makes `role` (created where it is missing) a tenant, and
 * lets it see the rows of `domains`, a list that ends with NULL of names as
 * reports are stored with (parser/address.h). */
bool grant_tenant(Store *store, const char *role, const char *const *domains,
	GrantDomains *result, GError **error);

/* `db revoke tenant`: takes domains away; all of them, and the right to read,
 * where the list is empty. Fails for a role that is no tenant. */
bool grant_revoke(Store *store, const char *role, const char *const *domains,
	GrantDomains *result, GError **error);

/* How many domains the role of the connection sees; `total` is -1 for a role
 * that is no tenant. */
bool grant_count(Store *store, GrantDomains *result, GError **error);

#endif
