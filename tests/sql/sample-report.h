/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_SQL_SAMPLE_REPORT_H
#define TESTS_SQL_SAMPLE_REPORT_H

/* A report to store: two policies, one failure, awkward texts. */

#include "sql/store-insert.h"

static const char *const sample_lines[] = {
	"version: STSv1", "mode: enforce", "odd: {\"a\",\\b}", NULL};

static const char *const sample_hosts[] = {"*.x.example", NULL};

static const char *const sample_nothing[] = {NULL};

static const char *const sample_remarks[] = {"a \"remark\"", NULL};

static const ReportFailure sample_failures[] = {
	{.result_type = "certificate-expired",
		.sending_mta_ip = "192.0.2.1",
		.receiving_mx_hostname = "mx.x.example",
		.failure_reason_code = "it's {NULL}, \"quoted\" \\ and\nbroken",
		.extra = "{\"raw\":\"\\\\\"}",
		.failed_sessions = 3},
};

static const ReportPolicy sample_policies[] = {
	{.policy_type = "sts",
		.policy_domain = "x.example",
		.policy_string = sample_lines,
		.mx_host = sample_hosts,
		.successful_sessions = 7,
		.failed_sessions = 3,
		.failures = sample_failures,
		.failure_count = 1},
	{.policy_type = "tlsa",
		.policy_domain = "mx.x.example",
		.policy_string = sample_nothing,
		.mx_host = sample_nothing,
		.successful_sessions = 5},
};

static const Report sample_report = {
	.organization_name = "NULL",
	.report_id = "id",
	/* 2026-10-01T00:00:00Z */
	.period_start = 1790812800,
	.period_end = 1790899199,
	.policies = sample_policies,
	.policy_count = 2,
	.remarks = sample_remarks,
};

#endif
