/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/failure-list.h"

#include <stdint.h>
#include <string.h>

#include "parser/failure-json.h"

enum {
	TEXTS_MAX = MEMBER_MAX + 1,
	FACTOR = 33,
};

/* `rows` has ReportFailure, one block each, so that they stay where they are
 * for the index. */
struct FailureList {
	GPtrArray *rows;
	GHashTable *index;
};

/* All but the count of sessions; returns how many. */
static size_t get_texts(const ReportFailure *row, const char *texts[TEXTS_MAX])
{
	FailureMember member;
	size_t count = 0;

	while (failure_json_get_member(row, count, &member))
		texts[count++] = member.text;
	texts[count++] = row->extra;
	return count;
}

static guint hash(const void *row)
{
	const char *texts[TEXTS_MAX] = {NULL};
	size_t count = get_texts(row, texts);
	guint sum = 0;

	for (size_t i = 0; i < count; i++)
		sum = sum * FACTOR +
		      (texts[i] != NULL ? g_str_hash(texts[i]) : 0);
	return sum;
}

/* Short strings are shared, so that most of them are the same pointer. */
static gboolean is_equal(const void *a, const void *b)
{
	const char *left[TEXTS_MAX] = {NULL};
	const char *right[TEXTS_MAX] = {NULL};
	size_t count = get_texts(a, left);

	get_texts(b, right);
	for (size_t i = 0; i < count; i++) {
		if (left[i] != right[i] && g_strcmp0(left[i], right[i]) != 0)
			return FALSE;
	}
	return TRUE;
}

FailureList *failure_list_new(void)
{
	FailureList *list = g_new0(FailureList, 1);

	list->rows = g_ptr_array_new_with_free_func(g_free);
	list->index = g_hash_table_new(hash, is_equal);
	return list;
}

void failure_list_free(FailureList *list)
{
	if (list == NULL)
		return;
	g_hash_table_unref(list->index);
	g_ptr_array_unref(list->rows);
	g_free(list);
}

bool failure_list_add(FailureList *list, const ReportFailure *failure)
{
	ReportFailure *row = g_hash_table_lookup(list->index, failure);
	int64_t count = failure->failed_sessions;

	if (row == NULL) {
		row = g_new(ReportFailure, 1);
		*row = *failure;
		g_ptr_array_add(list->rows, row);
		g_hash_table_add(list->index, row);
		return true;
	}
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

	for (size_t i = 0; i < size; i++)
		rows[i] = *(const ReportFailure *)list->rows->pdata[i];
	policy->failures = rows;
	policy->failure_count = size;
}
