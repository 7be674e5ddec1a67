/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_SETUP_STEP_H
#define CLI_SETUP_STEP_H

/* What somebody has to do, one thing after the other. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The kinds of records that are published. */
typedef enum {
	SETUP_RECORD_A,
	SETUP_RECORD_AAAA,
	SETUP_RECORD_TXT,
} SetupRecordType;

/* `name` is without the final dot, `data` the address or the text. */
typedef struct {
	SetupRecordType type;
	char *name;
	char *data;
} SetupRecord;

/* `done`: it is right already, and there is nothing else but the title and the
 * text. `file` is the name of the file that gets `content`, NULL where there is
 * none; content is NULL where there is nothing to copy. `records` are
 * SetupRecord. `wait_seconds` go by before the next step; `wait`, which may be
 * NULL, says until when, and why. */
typedef struct {
	bool done;
	char *title;
	char *text;
	char *file;
	char *content;
	GPtrArray *records;
	int64_t wait_seconds;
	char *wait;
} SetupStep;

/* Of SetupStep. */
GPtrArray *setup_step_new_list(void);

/* Adds one; the list owns it. The title is copied. */
SetupStep *setup_step_add(GPtrArray *steps, const char *title,
	const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Adds one that is right already. */
void setup_step_add_done(GPtrArray *steps, const char *title,
	const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The name of the file, or NULL, is copied, the content taken over. */
void setup_step_take_content(SetupStep *step, const char *file, char *content);

/* Name and data are copied. */
void setup_step_add_record(SetupStep *step, SetupRecordType type,
	const char *name, const char *data);

/* "A", "AAAA" or "TXT". */
const char *setup_step_record_type(SetupRecordType type);

/* What a file of that name gets from all steps, which the caller frees; NULL
 * for nothing. */
char *setup_step_get_file(const GPtrArray *steps, const char *file);

#endif
