/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_RULE_H
#define SQL_STORE_RULE_H

/* The rules behind alerts, which the owner of the schema changes. Each change
 * is one transaction, after which all that it could be about is evaluated. */

#include <glib.h>
#include <stdbool.h>

#include "sql/store-table.h"
#include "sql/store.h"

/* As in v_alert_rule of tlsrpt-schema(7), numbers and booleans as text; NULL
 * stays as it is, or becomes the default of a new rule. Lists end with NULL.
 * The withheld severity "same" is that of all sessions. */
typedef struct {
	const char *name;
	const char *kind;
	const char *const *result_types;
	const char *const *policy_domains;
	const char *sessions;
	const char *percent;
	const char *days;
	const char *severity;
	const char *withheld_severity;
	const char *unauthenticated;
} StoreRule;

/* All rules by name, for readers, too. The caller owns the table. */
StoreTable *store_rule_list(Store *store, GError **error);

/* Creates the rule, or changes the one of that name: tells which. */
bool store_rule_set(
	Store *store, const StoreRule *rule, bool *created, GError **error);

/* Both fail with STORE_ERROR_NOT_FOUND when there is no such rule. Alerts of a
 * rule that is disabled or gone are resolved, and nobody is told. */
bool store_rule_enable(
	Store *store, const char *name, bool enabled, GError **error);
bool store_rule_delete(Store *store, const char *name, GError **error);

/* The domains whose signed reports open and resolve alerts; "*" is any domain:
 * for writers and readers. The caller owns the table. */
StoreTable *store_rule_signers(Store *store, GError **error);

/* Adds or removes one of them, in canonical form; STORE_ERROR_NOT_FOUND when
 * the one to remove is not there. */
bool store_rule_trust(
	Store *store, const char *domain, bool trusted, GError **error);

/* What a rule finds in the sums now, also while it is disabled. The caller owns
 * the table; STORE_ERROR_NOT_FOUND when there is no such rule. */
StoreTable *store_rule_test(Store *store, const char *name, GError **error);

#endif
