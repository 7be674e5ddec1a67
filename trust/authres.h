/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TRUST_AUTHRES_H
#define TRUST_AUTHRES_H

/* Reads the dkim results of one Authentication-Results field (RFC 8601). */

#include <glib.h>
#include <stdbool.h>

enum {
	/* A longer field, or one with more results, is not read. */
	AUTHRES_SIZE_MAX = 16384,
	AUTHRES_RESULTS_MAX = 64,
};

typedef enum {
	AUTHRES_OTHER,
	AUTHRES_PASS,
	AUTHRES_TEMPERROR,
} AuthresResult;

/* One dkim result. `domain` is header.d, a host name in lower case; NULL when
 * absent, given twice or no plain host name. `selector` (header.s) and
 * `signature` (header.b) are as written, or NULL. */
typedef struct {
	AuthresResult result;
	char *domain;
	char *selector;
	char *signature;
} AuthresDkim;

/* `authserv_id` is as written, without a job id ("/ABC") behind it; `dkim` an
 * array of AuthresDkim in the order of the field. */
typedef struct {
	char *authserv_id;
	GPtrArray *dkim;
} Authres;

/* Reads the value of a field, folded or not. NULL when it is not exactly what
 * RFC 8601 section 2.2 allows: who cannot be understood is not believed. A
 * comment must not touch a property's value, because readers disagree about
 * where such a value ends. The caller owns the result. */
Authres *authres_parse(const char *value);

void authres_free(Authres *authres);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Authres, authres_free)

/* Whether the field claims to be of this service: the whole identifier,
 * without regard to case. */
bool authres_is_from(const Authres *authres, const char *authserv_id);

#endif
