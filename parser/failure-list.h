/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_FAILURE_LIST_H
#define PARSER_FAILURE_LIST_H

/* Collects the failure details of one policy, so that rows which say the same
 * cost no more than one. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "parser/report.h"

typedef struct FailureList FailureList;

FailureList *failure_list_new(void);
void failure_list_free(FailureList *list);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FailureList, failure_list_free)

/* Adds a row, or its sessions to the row that differs from it in nothing else:
 * false then. Equal texts of rows have to be one string, as those of
 * report_copy_string() are. Takes constant time. */
bool failure_list_add(FailureList *list, const ReportFailure *failure);

size_t failure_list_get_size(const FailureList *list);

/* Gives the rows to the policy, in the order in which they came first; the
 * memory is the report's. */
void failure_list_write(
	const FailureList *list, Report *report, ReportPolicy *policy);

#endif
