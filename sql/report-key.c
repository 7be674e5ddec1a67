/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/report-key.h"

#include <glib.h>
#include <inttypes.h>
#include <string.h>

static const char tag_authenticated[] = "tlsrpt-report-1";
static const char tag_unauthenticated[] = "tlsrpt-report-unauthenticated-1";

static void add_text(GChecksum *checksum, const char *text)
{
	g_checksum_update(
		checksum, (const guchar *)text, (gssize)strlen(text) + 1);
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted and each once: reporters may list them in any order. */
static void add_policy_domains(GChecksum *checksum, const Report *report)
{
	size_t count;
	const ReportPolicy *policies = report_get_listed(report, &count);
	g_autofree const char **domains = g_new(const char *, count + 1);

	for (size_t i = 0; i < count; i++)
		domains[i] = policies[i].policy_domain;
	qsort(domains, count, sizeof(*domains), compare_texts);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || strcmp(domains[i], domains[i - 1]) != 0)
			add_text(checksum, domains[i]);
	}
}

void report_key_compute(const StoreReport *report, uint8_t key[REPORT_KEY_SIZE])
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	uint8_t digest[STORE_DIGEST_SIZE];
	gsize size = sizeof(digest);
	bool authenticated = *report->auth_domain != '\0';
	char start[24];

	g_snprintf(
		start, sizeof(start), "%" PRId64, report->report->period_start);
	add_text(checksum,
		authenticated ? tag_authenticated : tag_unauthenticated);
	add_text(checksum, report->auth_domain);
	add_text(checksum, report->report->report_id);
	add_text(checksum, start);
	add_policy_domains(checksum, report->report);
	if (!authenticated)
		g_checksum_update(
			checksum, report->digest, sizeof(report->digest));
	g_checksum_get_digest(checksum, digest, &size);
	memcpy(key, digest, REPORT_KEY_SIZE);
}
