/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_REPORT_H
#define PARSER_REPORT_H

/* The model of one report: plain data, members named after RFC 8460 section
 * 4.4. Every string is valid UTF-8 without NUL. An absent member is NULL; an
 * empty string in the input is absent as well. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One element of failure-details. Addresses are canonical or NULL; `extra` is
 * the text of a JSON object with what has no member of its own, or NULL. */
typedef struct {
	const char *result_type;
	const char *sending_mta_ip;
	const char *receiving_mx_hostname;
	const char *receiving_mx_helo;
	const char *receiving_ip;
	const char *additional_information;
	const char *failure_reason_code;
	const char *extra;
	int64_t failed_sessions;
} ReportFailure;

/* One element of policies. The string lists end with NULL and are never NULL
 * themselves; policy_type and policy_domain are never NULL. */
typedef struct {
	const char *policy_type;
	const char *policy_domain;
	const char *const *policy_string;
	const char *const *mx_host;
	const char *extra;
	int64_t successful_sessions;
	int64_t failed_sessions;
	const ReportFailure *failures;
	size_t failure_count;
} ReportPolicy;

typedef struct ReportArena ReportArena;

/* organization_name and report_id are never NULL. The period is in seconds
 * since 1970-01-01T00:00:00Z, both ends as sent. `listed` is all that the
 * reporter listed where `policies` are only some of it, else NULL: what the
 * report is known by stays the same. `remarks` ends with NULL: one sentence per
 * oddity that was read past. `arena` owns everything the other members point
 * to. */
typedef struct {
	const char *organization_name;
	const char *contact_info;
	const char *report_id;
	int64_t period_start;
	int64_t period_end;
	const ReportPolicy *policies;
	size_t policy_count;
	const ReportPolicy *listed;
	size_t listed_count;
	const char *const *remarks;
	const char *extra;
	ReportArena *arena;
} Report;

/* The caller owns the report; all it contains goes with it. NULL is fine. */
void report_free(Report *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Report, report_free)

/* The sessions of all policies, capped at INT64_MAX. Where the same sessions
 * with a domain are under tlsa and under sts, the larger count is the truth, as
 * for count_sessions() of the schema. */
typedef struct {
	int64_t successful;
	int64_t failed;
} ReportSessions;

ReportSessions report_get_sessions(const Report *report);

/* Leaves out the policies that are not about one of the domains, canonical and
 * ended by NULL, and remarks on that; a policy of type tlsa may also be about a
 * host of one of them. False, and nothing has changed, when none would stay. */
bool report_keep_policies(Report *report, const char *const *domains);

/* All policies that the reporter listed; borrowed. */
const ReportPolicy *report_get_listed(const Report *report, size_t *count);

/* The domain that claims to have made the report: that of contact-info, else
 * `submitter`, which is what the mail says and may be NULL. The report comes
 * first because it stays the same on any way that it takes, while the mail may
 * be a provider's or a forwarder's. The caller frees it; NULL for none. */
char *report_find_reporter(const Report *report, const char *submitter);

/* The number of failure-details of all policies. */
size_t report_get_failure_count(const Report *report);

/* Memory for the parts of a report under construction: it lives until the
 * report is freed. report_new() makes an empty report with an arena. */
Report *report_new(void);
void *report_alloc(Report *report, size_t size);

/* A copy of the first `length` bytes, which contain no NUL, with one behind
 * them; equal strings of a report share one copy. */
const char *report_copy_string(Report *report, const char *text, size_t length);

#endif
