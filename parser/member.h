/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_MEMBER_H
#define PARSER_MEMBER_H

/* Reads the members of a JSON object leniently: other spellings and wrong
 * types are read past, remarked on and kept. */

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parser/report.h"

enum {
	MEMBER_MAX = 12,
	/* Names, identifiers and hosts are cut at this many bytes. */
	MEMBER_NAME_MAX = 1024,
	MEMBER_REMARKS_MAX = 32,
	MEMBER_REMARK_SIZE_MAX = 512,
};

/* More sessions of a day than that are a mistake, or a lie. */
#define MEMBER_COUNT_CREDIBLE INT64_C(1000000000000)

/* A member's name in the RFC and the other spellings seen in the wild. */
typedef struct {
	const char *name;
	const char *spellings[4];
} MemberName;

/* The members of one kind of object. `where` is their place in a report, for
 * remarks, such as "policies[].summary."; `remarks_unknown` asks for one on
 * each member that is not in the table. Names are compared without case,
 * hyphens and underscores. */
typedef struct {
	const char *where;
	size_t count;
	MemberName names[MEMBER_MAX];
	bool remarks_unknown;
} MemberTable;

/* What all objects of one report share while it is read. */
typedef struct {
	Report *report;
	size_t string_size;
	/* Whether names are those of json_names_shorten(). */
	bool short_names;
	/* Rows of failure-details: kept, without content, equal to others. */
	size_t failure_count;
	size_t empty_failures;
	size_t equal_failures;
	size_t remark_count;
	const char *remarks[MEMBER_REMARKS_MAX + 2];
} MemberReader;

/* One object taken apart: borrowed values by their index in the table, and
 * what has no place there. */
typedef struct {
	MemberReader *reader;
	const MemberTable *table;
	json_t *values[MEMBER_MAX];
	json_t *extra;
} MemberObject;

/* Keeps a remark once; beyond MEMBER_REMARKS_MAX one says that there are
 * more. */
void member_remark(MemberReader *reader, const char *format, ...)
	G_GNUC_PRINTF(2, 3);

/* Sorts the members of `value` by the table. Where it is no object, all
 * members are absent and a remark says so. `object` needs
 * member_clear(). */
void member_open(MemberObject *object, MemberReader *reader,
	const MemberTable *table, json_t *value);
void member_clear(MemberObject *object);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MemberObject, member_clear)

/* Remarks on one member, and keeps its value in `extra`. */
void member_reject(MemberObject *object, size_t index, const char *complaint);

/* The same for those elements of an array that are no objects. */
void member_reject_elements(MemberObject *object, size_t index, json_t *array);

/* Adds a value to `extra` under a name, unless the name is taken. */
void member_keep(MemberObject *object, const char *name, json_t *value);

/* A string of at most `size` bytes, cut with a remark; a number gives its
 * text; NULL when absent, null, empty or of another type. Owned by the
 * report. */
const char *member_get_string(MemberObject *object, size_t index, size_t size);

/* The same for what need not be kept: valid as long as both object and
 * report. */
const char *member_borrow_string(
	MemberObject *object, size_t index, size_t size);

/* A count of sessions; 0 with a remark when it is none. One over
 * MEMBER_COUNT_CREDIBLE is kept, with a remark. */
int64_t member_get_count(MemberObject *object, size_t index);

/* A copy of a JSON string as in member_get_string(). */
const char *member_copy_text(
	MemberObject *object, size_t index, json_t *text, size_t size);

/* A copy of UTF-8 text without NULs: of at most `size` bytes, cut with a remark
 * where there are more; NULL when nothing is left. Owned by the report. */
const char *member_copy_cut(MemberObject *object, size_t index,
	const char *text, size_t length, size_t size);

/* The value as an array: itself, or what stands for one element. NULL when
 * absent or null. The caller owns one reference. */
json_t *member_get_array(MemberObject *object, size_t index);

/* The text of `extra`, owned by the report, or NULL when it is empty. */
const char *member_get_extra(MemberObject *object);

#endif
