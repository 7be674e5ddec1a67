/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_OPTION_WORDS_H
#define CLI_OPTION_WORDS_H

/* Words of a command line in a form that GOption reads as getopt_long() would:
 * GOption knows neither -n1 nor an option's name that is cut short, and repeats
 * all of a word that it does not know, with a password that may be in it. */

#include <glib.h>
#include <stdbool.h>

/* A copy of `words`, of which the first is a name and stays, with every option
 * written as --name=value. `tables` are options, ended by NULL. With `first`
 * all from the first word on that is no option stays as it is. NULL and an
 * error of G_OPTION_ERROR where an option is unknown, or has a value too many
 * or too few; values are not repeated. The caller frees the copy. */
char **option_words_split(char *const *words, const GOptionEntry *const *tables,
	bool first, GError **error);

#endif
