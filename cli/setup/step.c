/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/setup/step.h"

static void free_record(SetupRecord *record)
{
	g_free(record->name);
	g_free(record->data);
	g_free(record);
}

static void free_step(SetupStep *step)
{
	g_free(step->title);
	g_free(step->text);
	g_free(step->file);
	g_free(step->content);
	g_free(step->wait);
	g_ptr_array_unref(step->records);
	g_free(step);
}

GPtrArray *setup_step_new_list(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)free_step);
}

static SetupStep *add(GPtrArray *steps, const char *title, const char *format,
	va_list values) G_GNUC_PRINTF(3, 0);

static SetupStep *add(
	GPtrArray *steps, const char *title, const char *format, va_list values)
{
	SetupStep *step = g_new0(SetupStep, 1);

	step->title = g_strdup(title);
	step->text = g_strdup_vprintf(format, values);
	step->records =
		g_ptr_array_new_with_free_func((GDestroyNotify)free_record);
	g_ptr_array_add(steps, step);
	return step;
}

SetupStep *setup_step_add(
	GPtrArray *steps, const char *title, const char *format, ...)
{
	SetupStep *step;
	va_list values;

	va_start(values, format);
	step = add(steps, title, format, values);
	va_end(values);
	return step;
}

void setup_step_add_done(
	GPtrArray *steps, const char *title, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	add(steps, title, format, values)->done = true;
	va_end(values);
}

void setup_step_take_content(SetupStep *step, const char *file, char *content)
{
	step->file = g_strdup(file);
	step->content = content;
}

void setup_step_add_record(SetupStep *step, SetupRecordType type,
	const char *name, const char *data)
{
	SetupRecord *record = g_new0(SetupRecord, 1);

	record->type = type;
	record->name = g_strdup(name);
	record->data = g_strdup(data);
	g_ptr_array_add(step->records, record);
}

const char *setup_step_record_type(SetupRecordType type)
{
	static const char *const names[] = {
		[SETUP_RECORD_A] = "A",
		[SETUP_RECORD_AAAA] = "AAAA",
		[SETUP_RECORD_TXT] = "TXT",
	};

	return names[type];
}

char *setup_step_get_file(const GPtrArray *steps, const char *file)
{
	g_autoptr(GString) all = g_string_new(NULL);

	for (guint i = 0; i < steps->len; i++) {
		const SetupStep *step = steps->pdata[i];

		if (g_strcmp0(step->file, file) == 0)
			g_string_append(all, step->content);
	}
	return all->len > 0 ? g_strdup(all->str) : NULL;
}
