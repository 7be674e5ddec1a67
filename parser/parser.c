/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/parser.h"

#include <gmime/gmime.h>

#include "parser/attachment.h"
#include "parser/error.h"
#include "parser/filename.h"
#include "parser/inflate.h"
#include "parser/json-load.h"
#include "parser/mail-claim.h"
#include "parser/mail-limits.h"
#include "parser/mail-repair.h"
#include "parser/report-text.h"

void parser_init(void)
{
	g_mime_init();
	json_load_init();
}

static void parsed_part_free(ParsedPart *part)
{
	g_free(part->name);
	report_free(part->report);
	g_clear_error(&part->error);
	g_clear_pointer(&part->raw, g_bytes_unref);
	g_free(part);
}

static ParsedMessage *parsed_message_new(void)
{
	ParsedMessage *message = g_new0(ParsedMessage, 1);

	message->parts = g_ptr_array_new_with_free_func(
		(GDestroyNotify)parsed_part_free);
	return message;
}

void parsed_message_free(ParsedMessage *message)
{
	if (message == NULL)
		return;
	g_free(message->report_domain);
	g_free(message->submitter);
	g_free(message->message_id);
	g_ptr_array_unref(message->parts);
	g_free(message);
}

const char *parsed_message_get_submitter(const ParsedMessage *message)
{
	return message->submitter;
}

static bool check_message_size(size_t size, size_t limit, GError **error)
{
	if (size <= limit)
		return true;
	parser_error_set_too_big(error, limit);
	return false;
}

enum {
	/* All reports of a mail together, in times of report_size. */
	INFLATED_TIMES_MAX = 4,
};

/* What every part of one mail is read with. */
typedef struct {
	const ParseLimits *limits;
	int64_t received;
	ParsedMessage *message;
} Context;

/* As inflate_all(). What failed to inflate has cost the limit. */
static GPtrArray *inflate_within(
	const Context *context, GBytes *content, GError **error)
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

static void claims_init(
	Claims *claims, const Context *context, const Attachment *attachment)
{
	GMimeMessage *inner = attachment->message;

	*claims = (Claims){0};
	claims->name_domain = filename_get_policy_domain(attachment->name);
	if (inner != NULL) {
		claims->report_domain = mail_claim_get_report_domain(inner);
		claims->submitter = mail_claim_get_submitter(inner);
		claims->subject_domain = mail_claim_get_subject_domain(inner);
	}
	if (claims->report_domain == NULL)
		claims->report_domain =
			g_strdup(context->message->report_domain);
	if (claims->submitter == NULL)
		claims->submitter = g_strdup(context->message->submitter);
}

/* The results of report_text_parse_all(). */
static GPtrArray *read_text(const Context *context,
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

static void add_part(ParsedMessage *message, const char *name, GBytes *raw,
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
		add_part(message, attachment->name, attachment->content,
			g_steal_pointer(&result->report),
			g_steal_pointer(&result->error));
}

static void read_file(const Context *context, const Attachment *attachment,
	const Inflated *file)
{
	g_autoptr(GPtrArray) results = read_text(context, attachment, file);

	for (guint i = 0; i < results->len; i++)
		add_result(context->message, attachment, results->pdata[i]);
}

/* A file among others in an archive is a part of its own. */
static void read_file_of(const Context *context, const Attachment *archive,
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
static void read_files(const Context *context, const Attachment *attachment,
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

static void read_attachment(
	const Context *context, const Attachment *attachment)
{
	guint before = context->message->parts->len;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) files =
		inflate_within(context, attachment->content, &error);
	bool found;

	read_files(context, attachment, files, &error);
	found = context->message->parts->len > before;
	if (error != NULL && is_refusal(attachment->claim, found, error))
		add_part(context->message, attachment->name,
			attachment->content, NULL, g_steal_pointer(&error));
}

/* What a mail says of itself; the last time it was read counts. */
static void set_claims(ParsedMessage *message, GMimeMessage *mime)
{
	g_free(message->report_domain);
	g_free(message->submitter);
	g_free(message->message_id);
	message->report_domain = mail_claim_get_report_domain(mime);
	message->submitter = mail_claim_get_submitter(mime);
	message->message_id = g_strdup(g_mime_message_get_message_id(mime));
}

/* GMime refers to the bytes. False with an error when the mail is over a
 * limit. */
static bool read_mail(const Context *context, GByteArray *bytes,
	AttachmentSearch *search, GError **error)
{
	g_autoptr(GMimeMessage) mime = NULL;
	g_autoptr(GPtrArray) attachments = NULL;

	if (!mail_limits_check(bytes->data, bytes->len, error))
		return false;
	mime = attachment_parse_message(bytes);
	if (mime == NULL)
		return true;
	attachments = attachment_find_all(mime, search, error);
	if (attachments == NULL)
		return false;
	set_claims(context->message, mime);
	for (guint i = 0; i < attachments->len; i++)
		read_attachment(context, attachments->pdata[i]);
	return true;
}

/* A mail that says it is a report, and in which none was found, is read once
 * more, as well as it can be. */
static bool read_repaired(const Context *context, const GByteArray *bytes,
	AttachmentSearch *search, GError **error)
{
	g_autoptr(GByteArray) repaired =
		mail_repair_structure(bytes->data, bytes->len);

	search->every_part = true;
	if (!read_mail(context, repaired, search, error))
		return false;
	if (context->message->parts->len > 0)
		return true;
	g_set_error(error, PARSER_ERROR, PARSER_ERROR_NOTHING_FOUND,
		"the message says that it is a TLS report, and %s",
		search->has_winmail
			? "has it in a winmail.dat, which only Outlook reads"
			: "no report was found in it");
	return false;
}

static bool read_bytes(
	const Context *context, GByteArray *bytes, GError **error)
{
	AttachmentSearch search = {0};

	if (!read_mail(context, bytes, &search, error))
		return false;
	return context->message->parts->len > 0 || !search.is_claimed ||
	       read_repaired(context, bytes, &search, error);
}

ParsedMessage *parser_parse_message(const uint8_t *data, size_t size,
	const ParseLimits *limits, int64_t received, GError **error)
{
	g_autoptr(ParsedMessage) message = NULL;
	g_autoptr(MailBytes) bytes = NULL;
	g_autoptr(GError) problem = NULL;
	Context context = {.limits = limits, .received = received};

	if (!check_message_size(size, limits->message_size, error))
		return NULL;
	message = parsed_message_new();
	context.message = message;
	bytes = mail_repair_lines(data, size);
	if (!read_bytes(&context, bytes->array, &problem)) {
		g_autoptr(GBytes) raw = g_bytes_new(data, size);

		add_part(message, "message", raw, NULL,
			g_steal_pointer(&problem));
	}
	return g_steal_pointer(&message);
}

/* The mail that is all there is in a packed file that is no report, or NULL. */
static GBytes *unpack_mail(
	GBytes *packed, const ParseLimits *limits, const ParsedMessage *message)
{
	const ParsedPart *part = message->parts->pdata[0];
	g_autoptr(GPtrArray) files = NULL;
	gsize size;
	const uint8_t *data;
	GBytes *bytes;

	if (part->report != NULL)
		return NULL;
	files = inflate_all(packed, limits->message_size, NULL);
	if (files->len != 1)
		return NULL;
	bytes = ((const Inflated *)files->pdata[0])->bytes;
	data = g_bytes_get_data(bytes, &size);
	return mail_repair_is_mail(data, size) ? g_bytes_ref(bytes) : NULL;
}

static ParsedMessage *read_report_file(GBytes *content, const char *name,
	const ParseLimits *limits, int64_t received)
{
	ParsedMessage *message = parsed_message_new();
	const Context context = {limits, received, message};
	g_autofree char *shown = g_strdup(name != NULL ? name : "report");
	const Attachment file = {
		.claim = CANDIDATE_DECLARED,
		.name = shown,
		.content = content,
	};

	read_attachment(&context, &file);
	return message;
}

ParsedMessage *parser_parse_file(const uint8_t *data, size_t size,
	const char *name, const ParseLimits *limits, int64_t received,
	GError **error)
{
	g_autoptr(ParsedMessage) message = NULL;
	g_autoptr(GBytes) content = NULL;
	g_autoptr(GBytes) mail = NULL;

	if (inflate_get_kind(data, size) == INFLATE_KIND_OTHER)
		return parser_parse_message(
			data, size, limits, received, error);
	if (!check_message_size(size, limits->message_size, error))
		return NULL;
	content = g_bytes_new(data, size);
	message = read_report_file(content, name, limits, received);
	mail = unpack_mail(content, limits, message);
	if (mail == NULL)
		return g_steal_pointer(&message);
	data = g_bytes_get_data(mail, &size);
	return parser_parse_message(data, size, limits, received, error);
}
