/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/parser/random-report.h"

#include <glib.h>

enum {
	DEPTH_MAX = 3,
};

static GRand *dice;

static const char *const texts[] = {
	"",
	"a",
	"mx.site.example",
	"192.0.2.1",
	"[2001:db8::1%eth0]",
	"certificate-expired",
	"STS",
	"tlsa",
	"mode: enforce",
	"[\"3 1 1 AA\",\"b\"]",
	"a;b\r\nc",
	"17",
	"\303\204\342\202\254\n\"\\<",
};

void random_report_start(uint32_t seed)
{
	dice = g_rand_new_with_seed(seed);
}

void random_report_stop(void)
{
	g_rand_free(dice);
}

int random_report_roll(int sides)
{
	return g_rand_int_range(dice, 0, sides);
}

static json_t *random_text(void)
{
	return json_string(texts[random_report_roll(G_N_ELEMENTS(texts))]);
}

/* What a reporter might put in place of anything. */
json_t *random_report_value(int depth)
{
	json_t *value;

	switch (random_report_roll(depth > 0 ? 8 : 6)) {
	case 0:
		return json_null();
	case 1:
		return json_integer(random_report_roll(1000) - 10);
	case 2:
		return json_real(random_report_roll(1000) / 4.0);
	case 3:
		return json_boolean(random_report_roll(2));
	case 6:
		value = json_array();
		for (int i = random_report_roll(3); i > 0; i--)
			json_array_append_new(
				value, random_report_value(depth - 1));
		return value;
	case 7:
		value = json_object();
		for (int i = random_report_roll(3); i > 0; i--)
			json_object_set_new(value,
				texts[1 + random_report_roll(
						  G_N_ELEMENTS(texts) - 1)],
				random_report_value(depth - 1));
		return value;
	default:
		return random_text();
	}
}

/* Mostly a text, now and then anything, now and then nothing. */
static void put(json_t *object, const char *name)
{
	int kind = random_report_roll(10);

	if (kind < 7)
		json_object_set_new(object, name, random_text());
	else if (kind < 9)
		json_object_set_new(
			object, name, random_report_value(DEPTH_MAX));
}

static void put_count(json_t *object, const char *name)
{
	if (random_report_roll(10) < 8)
		json_object_set_new(
			object, name, json_integer(random_report_roll(9999)));
	else
		put(object, name);
}

static json_t *random_failure(void)
{
	static const char *const names[] = {"result-type", "sending-mta-ip",
		"receiving-mx-hostname", "receiving-mx-helo", "receiving-ip",
		"additional-information", "failure-reason-code"};
	json_t *failure = json_object();

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		put(failure, names[i]);
	put_count(failure, "failed-session-count");
	return failure;
}

static json_t *random_policy(void)
{
	json_t *policy = json_object();
	json_t *summary = json_object();
	json_t *failures = json_array();

	put(policy, "policy-type");
	put(policy, "policy-string");
	put(policy, "policy-domain");
	put(policy, "mx-host");
	put_count(summary, "total-successful-session-count");
	put_count(summary, "total-failure-session-count");
	for (int i = random_report_roll(4); i > 0; i--)
		json_array_append_new(failures, random_failure());
	return json_pack("{s:o, s:o, s:o}", "policy", policy, "summary",
		summary, "failure-details", failures);
}

json_t *random_report_make(void)
{
	json_t *report = json_pack("{s:s, s:{s:s, s:s}}", "report-id", "id",
		"date-range", "start-datetime", "2026-01-20T00:00:00Z",
		"end-datetime", "2026-01-20T23:59:59Z");
	json_t *policies = json_array();

	put(report, "organization-name");
	put(report, "contact-info");
	for (int i = random_report_roll(4); i > 0; i--)
		json_array_append_new(policies, random_policy());
	json_object_set_new(report, "policies", policies);
	return report;
}
