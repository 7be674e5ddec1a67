/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/part.h"

#include "parser/error.h"
#include "parser/filename.h"
#include "parser/inflate.h"
#include "parser/report-text.h"

enum {
	/* All reports of a mail together, in times of report_size. */
	INFLATED_TIMES_MAX = 4,
};

/* As inflate_all(). What failed to inflate has cost the limit. */
static GPtrArray *inflate_within(
	const PartContext *context, GBytes *content, GError **error)
{
	size_t limit = context->limits->report_size;
	size_t *size = &context->message->inflated_size;
	g_autoptr(GError) problem = NULL;
	GPtrArray *files;

	if (*size > (INFLATED_TIMES_MAX - 1) * limit) {
		g_set_error(error, PARSER_ERROR, PARSER_ERROR_REPORT_TOO_BIG,
			"the reports before it in this message inflated to "
			"more than %d times max_report_size",
			INFLATED_TIMES_MAX - 1);
		return g_ptr_array_new();
	}
	files = inflate_all(content, limit, &problem);
	if (problem != NULL)
		*size += limit;
	for (guint i = 0; problem == NULL && i < files->len; i++)
		*size += g_bytes_get_size(
			((const Inflated *)files->pdata[i])->bytes);
	if (problem != NULL)
		g_propagate_error(error, g_steal_pointer(&problem));
	return files;
}

/* What the mail says of a report. A forwarded mail speaks for itself, as far as
 * it does. */
typedef struct {
	char *report_domain;
	char *submitter;
	char *subject_domain;
	char *name_domain;
} Claims;

static void claims_clear(Claims *claims)
{
	g_free(claims->report_domain);
	g_free(claims->submitter);
	g_free(claims->subject_domain);
	g_free(claims->name_domain);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Claims, claims_clear)

static void claims_init(Claims *claims, const PartContext *context,
	const Attachment *attachment)
{
	const MailClaim *mail = attachment->mail;

	*claims = (Claims){0};
	claims->name_domain = filename_get_policy_domain(attachment->name);
	if (mail != NULL) {
		claims->report_domain = g_strdup(mail->report_domain);
		claims->submitter = g_strdup(mail->submitter);
		claims->subject_domain = g_strdup(mail->subject_domain);
	}
	if (claims->report_domain == NULL)
		claims->report_domain =
			g_strdup(context->message->report_domain);
	if (claims->submitter == NULL)
		claims->submitter = g_strdup(context->message->submitter);
}

/* The results of report_text_parse_all(). */
static GPtrArray *read_text(const PartContext *context,
	const Attachment *attachment, const Inflated *file)
{
	g_auto(Claims) claims;
	ReportHints hints = {.trailing_bytes = file->trailing};

	claims_init(&claims, context, attachment);
	hints.policy_domains[0] = claims.report_domain;
	hints.policy_domains[1] = claims.name_domain;
	hints.policy_domains[2] = claims.subject_domain;
	hints.submitter = claims.submitter;
	hints.period_start = filename_get_begin(attachment->name);
	return report_text_parse_all(
		file->bytes, context->limits, &hints, context->received);
}

/* What only might have been a report, and turns out not to be one, is passed
 * over silently: people and other programs mail attachments, too. */
static bool is_refusal(CandidateClaim claim, bool is_report, const GError *why)
{
	if (claim == CANDIDATE_DECLARED || is_report)
		return true;
	if (claim == CANDIDATE_POSSIBLE)
		return false;
	return why->code != PARSER_ERROR_STRUCTURE &&
	       why->code != PARSER_ERROR_PERIOD;
}

void part_add(ParsedMessage *message, const char *name, GBytes *raw,
	Report *report, GError *error)
{
	ParsedPart *part = g_new0(ParsedPart, 1);

	part->name = g_strdup(name);
	part->raw = g_bytes_ref(raw);
	part->report = report;
	part->error = error;
	g_ptr_array_add(message->parts, part);
}

/* Takes over what a result has. */
static void add_result(ParsedMessage *message, const Attachment *attachment,
	ReportTextResult *result)
{
	bool wanted = result->report != NULL
			      ? attachment->claim != CANDIDATE_POSSIBLE ||
					result->is_report
			      : is_refusal(attachment->claim, result->is_report,
					result->error);

	if (wanted)
		part_add(message, attachment->name, attachment->content,
			g_steal_pointer(&result->report),
			g_steal_pointer(&result->error));
}

static void read_file(const PartContext *context, const Attachment *attachment,
	const Inflated *file)
{
	g_autoptr(GPtrArray) results = read_text(context, attachment, file);

	for (guint i = 0; i < results->len; i++)
		add_result(context->message, attachment, results->pdata[i]);
}

/* A file among others in an archive is a part of its own. */
static void read_file_of(const PartContext *context, const Attachment *archive,
	const Inflated *file, guint number)
{
	g_autofree char *name =
		g_strdup_printf("%s: file %u", archive->name, number);
	Attachment part = *archive;

	part.name = name;
	part.content = file->bytes;
	read_file(context, &part, file);
}

/* The error, where there is one, says what was left out. */
static void read_files(const PartContext *context, const Attachment *attachment,
	const GPtrArray *files, GError **error)
{
	GPtrArray *parts = context->message->parts;
	guint before = parts->len;

	if (files->len == 1) {
		read_file(context, attachment, files->pdata[0]);
		return;
	}
	for (guint i = 0; i < files->len; i++) {
		if (parts->len - before >= REPORT_TEXT_MAX) {
			g_clear_error(error);
			g_set_error(error, PARSER_ERROR,
				PARSER_ERROR_TOO_MANY_REPORTS,
				"more than %d reports in one file",
				REPORT_TEXT_MAX);
			return;
		}
		read_file_of(context, attachment, files->pdata[i], i + 1);
	}
}

void part_read_attachment(
	const PartContext *context, const Attachment *attachment)
{
	guint before = context->message->parts->len;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) files =
		inflate_within(context, attachment->content, &error);
	bool found;

	read_files(context, attachment, files, &error);
	found = context->message->parts->len > before;
	if (error != NULL && is_refusal(attachment->claim, found, error))
		part_add(context->message, attachment->name,
			attachment->content, NULL, g_steal_pointer(&error));
}
