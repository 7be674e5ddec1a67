/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_FILTER_H
#define CLI_FILTER_H

/* The names that a person chooses by, as options have them. */

#include <glib.h>
#include <stdbool.h>

#include "sql/store-query.h"

/* Each NULL, or a list that ends with NULL. */
typedef struct {
	char **domains;
	char **organizations;
	char **types;
} FilterNames;

/* From values of options that may be given several times, and be lists
 * separated by commas; a comma before a blank belongs to the name of an
 * organization. Domains and types become canonical. */
void filter_names_init(FilterNames *names, char *const *domains,
	char *const *organizations, char *const *types);
void filter_names_clear(FilterNames *names);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FilterNames, filter_names_clear)

/* Borrows the names. */
void filter_names_set(const FilterNames *names, StoreQueryFilter *filter);

/* Complains about every name of the filter that nothing in the database has,
 * except for patterns, and says which are near; `count`, which may be NULL, is
 * how many. False with an error of sql/error.h where the database cannot be
 * asked. */
bool filter_check_names(Store *store, const StoreQueryFilter *filter,
	size_t *count, GError **error);

#endif
