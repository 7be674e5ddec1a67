/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_JSON_NAMES_H
#define PARSER_JSON_NAMES_H

/* Short names for the members of failure details, which are most of a large
 * report: jansson takes over a hundred instructions for each byte of a
 * string. */

#include <glib.h>

/* The same JSON with all names of members of failure details replaced by short
 * ones that are nowhere else in it; what is not valid stays so. NULL where
 * there are none, or where the text has what could be taken for a short one.
 * The caller owns the result. */
GBytes *json_names_shorten(GBytes *text);

/* The name that a member of shortened JSON had; borrowed. */
const char *json_names_get(const char *name);

/* The text of a value of shortened JSON as it was; the caller frees it. */
char *json_names_restore(const char *text);

#endif
