/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TRUST_SIGNERS_H
#define TRUST_SIGNERS_H

/* The domains that signed a mail (the d= of RFC 6376), and whether one of them
 * speaks for a reporter. */

#include <glib.h>
#include <stdbool.h>

enum {
	/* Of one mail; further signatures are not looked at. */
	SIGNERS_MAX = 8,
};

/* Both lists are canonical names that end with NULL. `verified` signed the
 * whole mail; of `undecided` that cannot be said now, but may be later. */
typedef struct {
	char **verified;
	char **undecided;
} Signers;

/* None of either kind; or those who were verified earlier, a list that ends
 * with NULL and is borrowed, NULL for none. */
Signers *signers_new(void);
Signers *signers_new_verified(const char *const *domains);
void signers_free(Signers *signers);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Signers, signers_free)

/* Add a domain in lower case; the lists hold each once. */
void signers_add_verified(Signers *signers, const char *domain);
void signers_add_undecided(Signers *signers, const char *domain);

/* From now on those who are undecided have not signed. */
void signers_drop_undecided(Signers *signers);

/* The one of `domains` that speaks for `reporter`, borrowed: the reporter's own
 * domain, else the nearest above it that is still of the same organisation, as
 * the Public Suffix List has it. NULL when there is none. `reporter` is a
 * canonical name, or NULL. */
const char *signers_find(char *const *domains, const char *reporter);

#endif
