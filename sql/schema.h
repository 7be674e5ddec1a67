/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_SCHEMA_H
#define SQL_SCHEMA_H

/* The SQL files that are built into the program, found by where they stand:
 * schema/NNNN-*.sql are applied once each, schema/now/ at every upgrade,
 * query/ holds single statements. */

/* The version of the schema that this program makes and needs: the number of
 * the files that are applied once. */
int schema_get_version(void);

/* The names of the files in schema/now/, in the order in which they are to be
 * applied, up to a NULL; the caller frees the list. The same for the files
 * that are applied once: file N, counted from 0, makes version N + 1. */
char **schema_list_now(void);
char **schema_list_once(void);

/* The same for query/dashboard-*.sql. */
char **schema_list_dashboard(void);

/* Another one for each change of a file in schema/now/; the caller frees it. */
char *schema_get_digest(void);

/* The text of a file, named by its path below sql/: constant. A name that is
 * not there is a mistake of the program, which ends. */
const char *schema_get_text(const char *name);

#endif
