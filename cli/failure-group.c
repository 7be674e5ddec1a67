/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/failure-group.h"

/* A group under construction: `values` finds those of its facts by text. */
typedef struct {
	FailureGroup *group;
	GHashTable *values[FAILURE_FACT_COUNT];
} Builder;

static void group_free(void *data)
{
	FailureGroup *group = data;

	for (size_t i = 0; i < FAILURE_FACT_COUNT; i++)
		g_ptr_array_unref(group->facts[i]);
	g_free(group);
}

static Builder *builder_new(const char *result_type)
{
	Builder *builder = g_new0(Builder, 1);

	builder->group = g_new0(FailureGroup, 1);
	builder->group->result_type = result_type;
	for (size_t i = 0; i < FAILURE_FACT_COUNT; i++) {
		builder->group->facts[i] =
			g_ptr_array_new_with_free_func(g_free);
		builder->values[i] = g_hash_table_new_full(
			g_str_hash, g_str_equal, g_free, NULL);
	}
	return builder;
}

static void builder_free(void *data)
{
	Builder *builder = data;

	for (size_t i = 0; i < FAILURE_FACT_COUNT; i++)
		g_hash_table_unref(builder->values[i]);
	g_free(builder);
}

static int64_t add_capped(int64_t sum, int64_t count)
{
	return sum > INT64_MAX - count ? INT64_MAX : sum + count;
}

static void add_value(
	Builder *builder, FailureFact fact, const char *text, int64_t sessions)
{
	FailureValue *value;

	if (text == NULL)
		return;
	value = g_hash_table_lookup(builder->values[fact], text);
	if (value == NULL) {
		value = g_new0(FailureValue, 1);
		value->text = text;
		g_hash_table_insert(
			builder->values[fact], g_strdup(text), value);
		g_ptr_array_add(builder->group->facts[fact], value);
	}
	value->sessions = add_capped(value->sessions, sessions);
}

static void add_failure(Builder *builder, const ReportFailure *failure)
{
	FailureGroup *group = builder->group;
	const char *const texts[] = {
		[FAILURE_FACT_MX] = failure->receiving_mx_hostname != NULL
					    ? failure->receiving_mx_hostname
					    : failure->receiving_mx_helo,
		[FAILURE_FACT_MX_ADDRESS] = failure->receiving_ip,
		[FAILURE_FACT_SENDER] = failure->sending_mta_ip,
		[FAILURE_FACT_REASON] = failure->failure_reason_code,
		[FAILURE_FACT_INFORMATION] = failure->additional_information,
	};

	group->sessions = add_capped(group->sessions, failure->failed_sessions);
	for (size_t i = 0; i < FAILURE_FACT_COUNT; i++)
		add_value(builder, i, texts[i], failure->failed_sessions);
}

static int compare_sessions(int64_t a, int64_t b)
{
	return (a < b) - (a > b);
}

static int compare_values(const void *a, const void *b)
{
	const FailureValue *const *first = a;
	const FailureValue *const *second = b;

	return compare_sessions((*first)->sessions, (*second)->sessions);
}

static int compare_groups(const void *a, const void *b)
{
	const FailureGroup *const *first = a;
	const FailureGroup *const *second = b;

	return compare_sessions((*first)->sessions, (*second)->sessions);
}

/* g_ptr_array_sort() is stable. */
static void sort_groups(GPtrArray *groups)
{
	for (size_t i = 0; i < groups->len; i++) {
		FailureGroup *group = g_ptr_array_index(groups, i);

		for (size_t fact = 0; fact < FAILURE_FACT_COUNT; fact++)
			g_ptr_array_sort(group->facts[fact], compare_values);
	}
	g_ptr_array_sort(groups, compare_groups);
}

GPtrArray *failure_group_collect(const ReportPolicy *policy)
{
	GPtrArray *groups = g_ptr_array_new_with_free_func(group_free);
	g_autoptr(GHashTable) builders = g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free, builder_free);

	for (size_t i = 0; i < policy->failure_count; i++) {
		const ReportFailure *failure = &policy->failures[i];
		Builder *builder =
			g_hash_table_lookup(builders, failure->result_type);

		if (builder == NULL) {
			builder = builder_new(failure->result_type);
			g_hash_table_insert(builders,
				g_strdup(failure->result_type), builder);
			g_ptr_array_add(groups, builder->group);
		}
		add_failure(builder, failure);
	}
	sort_groups(groups);
	return groups;
}
