/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONF_ADDRESS_H
#define CONF_ADDRESS_H

/* The addresses that reports are sent to, as an operator writes them. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Bounds on report_address_file. */
#define ADDRESS_FILE_SIZE_MAX ((size_t)64 << 20)
#define ADDRESS_FILE_COUNT_MAX ((size_t)1000000)

/* A domain of RFC 5321 section 4.1.2 without a final dot; labels may be UTF-8
 * (RFC 6531). At most 253 bytes, 63 a label. */
bool address_is_domain(const char *text);

/* LOCAL@DOMAIN, or @DOMAIN for every address of a domain. LOCAL is a dot-string
 * or a quoted string of at most 64 bytes, UTF-8 allowed. */
bool address_is_valid(const char *text);

/* An address that mail can be sent to everywhere, in a header field or as an
 * argument: LOCAL@DOMAIN in ASCII that does not begin with a dash. */
bool address_is_mailbox(const char *text);

/* Appends newly allocated copies of the addresses in a file to `addresses`:
 * one a line, blanks around it, empty lines and lines that begin with `#`
 * ignored. False and SETTINGS_ERROR_FILE or SETTINGS_ERROR_VALUE otherwise. */
bool address_read_file(const char *path, GPtrArray *addresses, GError **error);

#endif
