/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_BASE64_H
#define PARSER_BASE64_H

/* Decodes base64 (RFC 2045 section 6.8). Our own, because versions of GMime
 * differ in what they make of bytes after the padding. */

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes `size` bytes to `output`, which has room for 3 of each 4 and may be
 * `data` itself, and returns how many these are. Bytes outside the alphabet
 * are ignored; the text ends at its first "=", and padding may be missing. */
size_t base64_decode(const uint8_t *data, size_t size, uint8_t *output);

#endif
