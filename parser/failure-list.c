/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/failure-list.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
	TEXTS = offsetof(ReportFailure, failed_sessions) / sizeof(char *),
	TEXTS_SIZE = TEXTS * sizeof(char *),
	/* A power of two, as are all others. */
	FIRST_SIZE = 32,
};

static_assert(offsetof(ReportFailure, failed_sessions) ==
		      sizeof(ReportFailure) - sizeof(int64_t),
	"the texts of a failure come before its count");

/* Odd, its bits in no order: 2^64 divided by the golden ratio. */
#define FACTOR UINT64_C(0x9e3779b97f4a7c15)

/* `rows` has ReportFailure. `index` has one more than the number of a row in
 * the first free place from that on which the row's hash names, else 0. */
struct FailureList {
	GArray *rows;
	size_t size;
	uint32_t *index;
};

/* Equal texts are one copy, so that their places do for them. */
static uint64_t get_hash(const ReportFailure *failure)
{
	uintptr_t texts[TEXTS];
	uint64_t hash = 0;

	memcpy(texts, failure, sizeof(texts));
	for (size_t i = 0; i < TEXTS; i++) {
		hash = (hash ^ texts[i]) * FACTOR;
		hash ^= hash >> 32;
	}
	return hash;
}

static ReportFailure *get_row(const FailureList *list, size_t i)
{
	return &g_array_index(list->rows, ReportFailure, i);
}

/* All but the count of sessions. */
static bool is_equal(const ReportFailure *a, const ReportFailure *b)
{
	return memcmp(a, b, TEXTS_SIZE) == 0;
}

/* Where in the index an equal row is, or would be. */
static uint32_t *find(const FailureList *list, const ReportFailure *failure)
{
	size_t at = get_hash(failure) & (list->size - 1);

	while (list->index[at] != 0 &&
		!is_equal(get_row(list, list->index[at] - 1), failure))
		at = (at + 1) & (list->size - 1);
	return &list->index[at];
}

static void grow(FailureList *list)
{
	list->size *= 2;
	g_free(list->index);
	list->index = g_new0(uint32_t, list->size);
	for (guint i = 0; i < list->rows->len; i++)
		*find(list, get_row(list, i)) = i + 1;
}

FailureList *failure_list_new(void)
{
	FailureList *list = g_new0(FailureList, 1);

	list->rows = g_array_new(FALSE, FALSE, sizeof(ReportFailure));
	list->size = FIRST_SIZE;
	list->index = g_new0(uint32_t, list->size);
	return list;
}

void failure_list_free(FailureList *list)
{
	if (list == NULL)
		return;
	g_free(list->index);
	g_array_unref(list->rows);
	g_free(list);
}

/* Half of the index stays empty. */
bool failure_list_add(FailureList *list, const ReportFailure *failure)
{
	uint32_t *place = find(list, failure);
	int64_t count = failure->failed_sessions;
	ReportFailure *row;

	if (*place == 0) {
		g_array_append_vals(list->rows, failure, 1);
		*place = list->rows->len;
		if (list->rows->len > list->size / 2)
			grow(list);
		return true;
	}
	row = get_row(list, *place - 1);
	row->failed_sessions = row->failed_sessions > INT64_MAX - count
				       ? INT64_MAX
				       : row->failed_sessions + count;
	return false;
}

size_t failure_list_get_size(const FailureList *list)
{
	return list->rows->len;
}

void failure_list_write(
	const FailureList *list, Report *report, ReportPolicy *policy)
{
	size_t size = list->rows->len;
	ReportFailure *rows = report_alloc(report, size * sizeof(*rows));

	if (size > 0)
		memcpy(rows, list->rows->data, size * sizeof(*rows));
	policy->failures = rows;
	policy->failure_count = size;
}
