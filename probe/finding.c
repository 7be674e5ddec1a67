/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/finding.h"

#include <stdarg.h>
#include <string.h>

static const FindingInfo infos[] = {
#define FINDING(name, code, severity, rises, why, remedy, reference)           \
	[FINDING_##name] = {                                                   \
		code, FINDING_##severity, rises, why, remedy, reference},
#include "probe/finding.def"
#undef FINDING
};

static const char *const severity_names[] = {
	[FINDING_OK] = "ok",
	[FINDING_NOTICE] = "notice",
	[FINDING_UNKNOWN] = "unknown",
	[FINDING_WARNING] = "warning",
	[FINDING_CRITICAL] = "critical",
};

const FindingInfo *finding_get_info(FindingCode code)
{
	return &infos[code];
}

const char *finding_severity_name(FindingSeverity severity)
{
	return severity_names[severity];
}

static void free_finding(Finding *finding)
{
	g_free(finding->where);
	g_free(finding->text);
	g_free(finding->remedy);
	g_free(finding);
}

GPtrArray *finding_new_list(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)free_finding);
}

Finding *finding_add(GPtrArray *findings, FindingCode code, const char *where,
	const char *format, ...)
{
	Finding *finding = g_new0(Finding, 1);
	const FindingInfo *info = &infos[code];
	g_autofree char *what = NULL;
	va_list arguments;

	va_start(arguments, format);
	what = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	finding->code = code;
	finding->severity = info->severity;
	finding->where = g_strdup(where);
	finding->text = g_strconcat(
		what, *info->why != '\0' ? ". " : ".", info->why, NULL);
	finding->remedy = g_strdup(info->remedy);
	g_ptr_array_add(findings, finding);
	return finding;
}

void finding_add_line(Finding *finding, const char *format, ...)
{
	g_autofree char *line = NULL;
	char *whole;
	va_list arguments;

	va_start(arguments, format);
	line = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	whole = g_strconcat(finding->remedy, "\n", line, NULL);
	g_free(finding->remedy);
	finding->remedy = whole;
}

static int compare(const void *a, const void *b)
{
	const Finding *one = *(const Finding *const *)a;
	const Finding *other = *(const Finding *const *)b;

	if (one->severity != other->severity)
		return one->severity < other->severity ? 1 : -1;
	if (one->code != other->code)
		return one->code < other->code ? -1 : 1;
	return strcmp(one->where, other->where);
}

void finding_sort(GPtrArray *findings)
{
	g_ptr_array_sort(findings, compare);
}
