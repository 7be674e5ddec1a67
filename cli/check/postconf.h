/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_CHECK_POSTCONF_H
#define CLI_CHECK_POSTCONF_H

/* Asks Postfix for its configuration. */

/* What postconf(1), where it is, prints for words that end with NULL; NULL when
 * it fails. Without a configuration it pauses for a second and fails. The
 * caller frees it. */
char *postconf_run(const char *const *words);

#endif
