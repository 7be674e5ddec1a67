/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/parser.h"

#include <gmime/gmime.h>

#include "parser/attachment.h"
#include "parser/error.h"
#include "parser/inflate.h"
#include "parser/json-load.h"
#include "parser/mail-repair.h"
#include "parser/part.h"

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

/* What a mail says of itself; the last time it was read counts. */
static void set_claims(ParsedMessage *message, const MailClaim *mail)
{
	g_free(message->report_domain);
	g_free(message->submitter);
	g_free(message->message_id);
	message->report_domain = g_strdup(mail->report_domain);
	message->submitter = g_strdup(mail->submitter);
	message->message_id = g_strdup(mail->message_id);
}

/* False with an error when the mail is over a limit. */
static bool read_mail(const PartContext *context, GByteArray *bytes,
	AttachmentSearch *search, GError **error)
{
	g_autoptr(GPtrArray) attachments =
		attachment_find_all(bytes, search, error);

	if (attachments == NULL)
		return false;
	if (search->mail != NULL)
		set_claims(context->message, search->mail);
	for (guint i = 0; i < attachments->len; i++)
		part_read_attachment(context, attachments->pdata[i]);
	return true;
}

/* A mail that says it is a report, and in which none was found, is read once
 * more, as well as it can be. */
static bool read_repaired(const PartContext *context, const GByteArray *bytes,
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
	const PartContext *context, GByteArray *bytes, GError **error)
{
	g_auto(AttachmentSearch) search = {0};

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
	PartContext context = {.limits = limits, .received = received};

	if (!check_message_size(size, limits->message_size, error))
		return NULL;
	message = parsed_message_new();
	context.message = message;
	bytes = mail_repair_lines(data, size);
	if (!read_bytes(&context, bytes->array, &problem)) {
		g_autoptr(GBytes) raw = g_bytes_new(data, size);

		part_add(message, "message", raw, NULL,
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
	const PartContext context = {limits, received, message};
	g_autofree char *shown = g_strdup(name != NULL ? name : "report");
	const Attachment file = {
		.claim = CANDIDATE_DECLARED,
		.name = shown,
		.content = content,
	};

	part_read_attachment(&context, &file);
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
