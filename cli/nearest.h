/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_NEAREST_H
#define CLI_NEAREST_H

/* Finds what a person may have meant by a word that does not exist. */

#include <glib.h>

/* Up to three of an array of names, the nearest first, separated by commas:
 * those that contain the word, or become it by changing a third of its letters
 * at most. Case is ignored. NULL where there is none; the caller frees it. */
char *nearest_list(const char *word, const GPtrArray *names);

#endif
