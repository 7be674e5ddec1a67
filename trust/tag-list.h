/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TRUST_TAG_LIST_H
#define TRUST_TAG_LIST_H

/* Reads lists such as "v=DKIM1; k=rsa; p=..." (RFC 6376 section 3.2). */

#include <glib.h>

/* The values by the names of their tags, without blanks around either; names
 * differ by case. NULL when it is no such list or has a tag twice. The caller
 * owns the table. */
GHashTable *tag_list_parse(const char *text);

#endif
