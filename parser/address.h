/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_ADDRESS_H
#define PARSER_ADDRESS_H

/* IP addresses and domain names as reports write them. */

#include <stdbool.h>
#include <stddef.h>

/* Room for any IPv6 address and a NUL. */
#define ADDRESS_SIZE 46

/* The most bytes of a host name (RFC 1035 section 2.3.4, as text), and of a
 * domain, which may be a pattern: "*." and a name. */
#define ADDRESS_HOST_MAX 253
#define ADDRESS_DOMAIN_MAX (ADDRESS_HOST_MAX + 2)

/* The canonical text (RFC 5952) of an IPv4 or IPv6 address. Brackets, the tag
 * "IPv6:", a zone identifier, a port behind brackets or an IPv4 address, and
 * blanks around it are taken off; an IPv4-mapped address becomes IPv4. False
 * when there is no address in the text. */
bool address_canonical(const char *text, char canonical[ADDRESS_SIZE]);

/* A domain name as A-labels in lower case without trailing dot or blanks
 * around it (RFC 5890). What cannot be converted is only lower-cased. The
 * caller frees it; NULL when nothing is left, it is over ADDRESS_DOMAIN_MAX
 * bytes, or contains what no domain name, pattern ("*.example.com") or address
 * literal does. */
char *address_canonical_domain(const char *text);

/* Whether a text is already what address_canonical_domain() makes of it. */
bool address_is_canonical_domain(const char *text);

/* The same for a list that ends with NULL; what has no canonical form is left
 * out. The caller frees the list. */
char **address_canonical_domains(const char *const *domains);

/* Whether the text has only what a canonical host name has: letters in lower
 * case, digits, hyphens, dots and underscores, at most ADDRESS_HOST_MAX bytes,
 * with a label before the first dot. */
bool address_is_host_name(const char *text);

/* The same for a host name or a pattern, of any size: what needs no quotes in a
 * line for people. */
bool address_is_plain_domain(const char *text);

/* The domain behind the last '@' of an address, canonical; NULL without. */
char *address_get_domain(const char *mailbox);

#endif
