/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_TYPE_NAME_H
#define PARSER_TYPE_NAME_H

/* The spelling of the names that policy types and result types have. */

/* What stands for a type that a report does not give. */
#define TYPE_NAME_UNSPECIFIED "unspecified"

/* The longest canonical spelling, in bytes. */
#define TYPE_NAME_MAX 128

/* The canonical spelling: lower case, blanks and underscores as hyphens, cut to
 * TYPE_NAME_MAX bytes between characters. `text` is UTF-8. The caller frees
 * it. */
char *type_name_make_canonical(const char *text);

#endif
