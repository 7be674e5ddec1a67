/* SPDX-License-Identifier: BSD-2-Clause */
#include "trust/signers.h"

#include <libpsl.h>
#include <string.h>

Signers *signers_new(void)
{
	Signers *signers = g_new0(Signers, 1);

	signers->verified = g_new0(char *, 1);
	signers->undecided = g_new0(char *, 1);
	return signers;
}

void signers_free(Signers *signers)
{
	if (signers == NULL)
		return;
	g_strfreev(signers->verified);
	g_strfreev(signers->undecided);
	g_free(signers);
}

static void add(char ***list, const char *domain)
{
	size_t length = g_strv_length(*list);

	if (length == SIGNERS_MAX ||
		g_strv_contains((const char *const *)*list, domain))
		return;
	*list = g_renew(char *, *list, length + 2);
	(*list)[length] = g_strdup(domain);
	(*list)[length + 1] = NULL;
}

void signers_add_verified(Signers *signers, const char *domain)
{
	add(&signers->verified, domain);
}

void signers_add_undecided(Signers *signers, const char *domain)
{
	add(&signers->undecided, domain);
}

void signers_drop_undecided(Signers *signers)
{
	g_strfreev(signers->undecided);
	signers->undecided = g_new0(char *, 1);
}

Signers *signers_new_verified(const char *const *domains)
{
	Signers *signers = signers_new();

	for (; domains != NULL && *domains != NULL; domains++)
		signers_add_verified(signers, *domains);
	return signers;
}

/* The list that the system keeps up to date, or that of the library. */
static const psl_ctx_t *get_public_suffixes(void)
{
	static GOnce once = G_ONCE_INIT;

	return g_once(&once, (GThreadFunc)psl_latest, NULL);
}

static bool is_same_or_above(const char *domain, const char *name)
{
	size_t length = strlen(domain);
	size_t name_length = strlen(name);

	return name_length >= length &&
	       strcmp(name + name_length - length, domain) == 0 &&
	       (name_length == length || name[name_length - length - 1] == '.');
}

const char *signers_find(char *const *domains, const char *reporter)
{
	const char *organization;
	const char *nearest = NULL;

	if (reporter == NULL)
		return NULL;
	organization = psl_registrable_domain(get_public_suffixes(), reporter);
	if (organization == NULL)
		return NULL;
	for (; *domains != NULL; domains++) {
		if (is_same_or_above(*domains, reporter) &&
			is_same_or_above(organization, *domains) &&
			(nearest == NULL || strlen(*domains) > strlen(nearest)))
			nearest = *domains;
	}
	return nearest;
}
