/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/attachment.h"

#include <string.h>

#include "parser/base64.h"
#include "parser/error.h"
#include "parser/inflate.h"
#include "parser/mail-limits.h"
#include "parser/mail-repair.h"

enum {
	/* So many bytes tell what base64 holds. */
	BEGIN_SIZE = 64,
};

/* What one mail has shown so far. */
typedef struct {
	GPtrArray *found;
	size_t parts;
	/* Of messages, the outermost included. */
	int depth;
	/* Within a multipart/report that returns a message. */
	bool in_return;
	MailClaim *mail;
	AttachmentSearch *how;
	GError **error;
} Search;

static bool search_object(Search *search, GMimeObject *object);
static bool search_message(
	Search *search, const MailHeader *header, GMimeObject *body);

void attachment_free(Attachment *attachment)
{
	g_free(attachment->name);
	g_clear_pointer(&attachment->content, g_bytes_unref);
	g_clear_pointer(&attachment->mail, mail_claim_unref);
	g_free(attachment);
}

static bool fail(Search *search, const char *what, int limit)
{
	g_set_error(search->error, PARSER_ERROR, PARSER_ERROR_TOO_MANY_PARTS,
		"the message has more than %d %s", limit, what);
	return false;
}

static GMimeParser *open_parser(GByteArray *bytes)
{
	g_autoptr(GMimeStream) stream =
		g_mime_stream_mem_new_with_byte_array(bytes);

	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	return g_mime_parser_new_with_stream(stream);
}

static GByteArray *undo_base64(const uint8_t *data, size_t size)
{
	GByteArray *bytes = g_byte_array_sized_new((guint)(size / 4 * 3 + 3));

	g_byte_array_set_size(
		bytes, (guint)base64_decode(data, size, bytes->data));
	return bytes;
}

/* Whether base64 whose field is wrong or missing holds what a report may be,
 * told by its beginning. */
static bool is_unmarked_base64(const GByteArray *bytes)
{
	uint8_t begin[BEGIN_SIZE];
	size_t size;

	if (inflate_get_kind(bytes->data, bytes->len) != INFLATE_KIND_OTHER)
		return false;
	size = base64_decode(bytes->data, MIN(bytes->len, BEGIN_SIZE), begin);
	return inflate_get_kind(begin, size) != INFLATE_KIND_OTHER;
}

/* GMime's content refers to the bytes of the mail. */
static GByteArray *decode_range(GMimeStream *content)
{
	const GByteArray *mail =
		g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(content));
	size_t start = (size_t)content->bound_start;

	return undo_base64(
		mail->data + start, (size_t)content->bound_end - start);
}

static GByteArray *decode(GMimePart *part)
{
	GMimeDataWrapper *wrapper = g_mime_part_get_content(part);
	g_autoptr(GMimeStream) stream = NULL;
	g_autoptr(GByteArray) bytes = NULL;

	if (wrapper == NULL)
		return g_byte_array_new();
	if (g_mime_data_wrapper_get_encoding(wrapper) ==
		GMIME_CONTENT_ENCODING_BASE64)
		return decode_range(g_mime_data_wrapper_get_stream(wrapper));
	bytes = g_byte_array_new();
	stream = g_mime_stream_mem_new_with_byte_array(bytes);
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_mime_data_wrapper_write_to_stream(wrapper, stream);
	if (is_unmarked_base64(bytes))
		return undo_base64(bytes->data, bytes->len);
	return g_steal_pointer(&bytes);
}

static bool count_part(Search *search)
{
	if (++search->parts > ATTACHMENT_PARTS_MAX)
		return fail(search, "parts", ATTACHMENT_PARTS_MAX);
	return true;
}

/* A mail without any header is none. */
static bool search_mail(Search *search, GByteArray *bytes)
{
	g_auto(MailHeader) header;
	g_autoptr(GByteArray) part = mail_header_split(&header, bytes);
	g_autoptr(GMimeParser) parser =
		open_parser(part != NULL ? part : bytes);
	g_autoptr(GMimeObject) object = NULL;

	if (part == NULL) {
		object = (GMimeObject *)g_mime_parser_construct_message(
			parser, NULL);
		return search_object(search, object);
	}
	object = g_mime_parser_construct_part(parser, NULL);
	return count_part(search) && search_message(search, &header, object);
}

static bool search_bytes(Search *search, GByteArray *bytes)
{
	bool done;

	if (!mail_limits_check(bytes->data, bytes->len, search->error))
		return false;
	search->depth++;
	if (search->depth > 1 + ATTACHMENT_DEPTH_MAX)
		done = fail(search, "messages within messages",
			ATTACHMENT_DEPTH_MAX);
	else
		done = search_mail(search, bytes);
	search->depth--;
	return done;
}

/* A forwarded message may itself be encoded, which GMime leaves alone. */
static bool search_encoded_message(Search *search, GMimePart *part)
{
	g_autoptr(GByteArray) bytes = decode(part);

	return search->in_return || search_bytes(search, bytes);
}

/* GMime does not take the misspelt field for the type. */
static bool has_no_type(GMimeObject *part)
{
	return GMIME_IS_PART(part) &&
	       g_mime_object_get_header(part, "Content-Type") == NULL;
}

/* Reads the part again as what it was meant to be. */
static bool search_misspelt(Search *search, GMimeObject *part, const char *type)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GMimeStream) stream =
		g_mime_stream_mem_new_with_byte_array(bytes);

	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_mime_object_set_header(part, "Content-Type", type, NULL);
	g_mime_object_write_to_stream(part, NULL, stream);
	return search_bytes(search, bytes);
}

void attachment_search_clear(AttachmentSearch *how)
{
	g_clear_pointer(&how->mail, mail_claim_unref);
}

static bool search_message(
	Search *search, const MailHeader *header, GMimeObject *body)
{
	g_autoptr(MailClaim) mail = mail_claim_new(header, body);
	g_autofree char *misspelt = NULL;
	MailClaim *outer = search->mail;
	bool done;

	search->mail = mail;
	search->how->is_claimed |= mail->is_made;
	if (outer == NULL) {
		attachment_search_clear(search->how);
		search->how->mail = mail_claim_ref(mail);
	}
	if (has_no_type(body))
		misspelt = mail_header_decode(header, MAIL_FIELD_MISSPELT_TYPE);
	if (misspelt != NULL)
		done = search_misspelt(search, body, misspelt);
	else
		done = search_object(search, body);
	search->mail = outer;
	return done;
}

/* Takes over the bytes. */
static bool add_attachment(Search *search, GByteArray *bytes, const char *name,
	CandidateClaim claim)
{
	g_autoptr(GBytes) content = g_byte_array_free_to_bytes(bytes);
	Attachment *attachment;

	if (search->found->len == ATTACHMENT_MAX)
		return fail(search, "attached reports", ATTACHMENT_MAX);
	attachment = g_new0(Attachment, 1);
	attachment->claim = claim;
	if (name != NULL)
		attachment->name = g_utf8_make_valid(name, -1);
	else
		attachment->name = g_strdup_printf("part %zu", search->parts);
	attachment->mail = mail_claim_ref(search->mail);
	attachment->content = g_steal_pointer(&content);
	g_ptr_array_add(search->found, attachment);
	return true;
}

/* Some programs attach a mail as mere bytes. */
static bool search_content(
	Search *search, GMimePart *part, const char *name, CandidateClaim claim)
{
	g_autoptr(GByteArray) bytes = decode(part);

	if (claim != CANDIDATE_DECLARED &&
		mail_repair_is_mail(bytes->data, bytes->len))
		return search->in_return || search_bytes(search, bytes);
	return add_attachment(search, g_steal_pointer(&bytes), name, claim);
}

static bool is_winmail(const char *type, const char *name)
{
	return g_ascii_strcasecmp(type, "application/ms-tnef") == 0 ||
	       (name != NULL && g_ascii_strcasecmp(name, "winmail.dat") == 0);
}

static bool search_part(Search *search, GMimePart *part)
{
	GMimeContentType *content_type =
		g_mime_object_get_content_type(GMIME_OBJECT(part));
	g_autofree char *type = g_mime_content_type_get_mime_type(content_type);
	const char *name = g_mime_part_get_filename(part);
	const char *misspelt = NULL;
	CandidateClaim claim = CANDIDATE_POSSIBLE;

	if (has_no_type(GMIME_OBJECT(part)))
		misspelt = g_mime_object_get_header(
			GMIME_OBJECT(part), CANDIDATE_MISSPELT_TYPE);
	if (misspelt != NULL)
		return search_misspelt(search, GMIME_OBJECT(part), misspelt);
	if (g_ascii_strcasecmp(type, "message/rfc822") == 0)
		return search_encoded_message(search, part);
	if (is_winmail(type, name))
		search->how->has_winmail = true;
	if (!candidate_get_claim(type, name, &claim) &&
		!search->how->every_part)
		return true;
	return search_content(search, part, name, claim);
}

/* Whether it is about another message, which is not meant for us: RFC 3464,
 * RFC 8098, RFC 5965. */
static bool is_return(GMimeMultipart *multipart)
{
	static const char *const types[] = {"delivery-status",
		"disposition-notification", "feedback-report"};
	GMimeContentType *type =
		g_mime_object_get_content_type(GMIME_OBJECT(multipart));
	const char *reported =
		g_mime_content_type_get_parameter(type, "report-type");

	if (reported == NULL ||
		!g_mime_content_type_is_type(type, "multipart", "report"))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		if (g_ascii_strcasecmp(reported, types[i]) == 0)
			return true;
	}
	return false;
}

static bool search_multipart(Search *search, GMimeMultipart *multipart)
{
	int count = g_mime_multipart_get_count(multipart);
	bool was_in_return = search->in_return;
	bool done = true;

	search->in_return |= is_return(multipart);
	for (int i = 0; done && i < count; i++)
		done = search_object(
			search, g_mime_multipart_get_part(multipart, i));
	search->in_return = was_in_return;
	return done;
}

/* What a bounce returns is no report to us, though it may hold one. */
static bool search_message_part(Search *search, GMimeMessagePart *part)
{
	if (search->in_return)
		return true;
	return search_object(
		search, GMIME_OBJECT(g_mime_message_part_get_message(part)));
}

static bool search_parsed_message(Search *search, GMimeMessage *message)
{
	g_auto(MailHeader) header;

	mail_header_init(&header, message);
	return search_message(
		search, &header, g_mime_message_get_mime_part(message));
}

static bool search_object(Search *search, GMimeObject *object)
{
	if (object == NULL)
		return true;
	if (!count_part(search))
		return false;
	if (GMIME_IS_MULTIPART(object))
		return search_multipart(search, GMIME_MULTIPART(object));
	if (GMIME_IS_MESSAGE(object))
		return search_parsed_message(search, GMIME_MESSAGE(object));
	if (GMIME_IS_MESSAGE_PART(object))
		return search_message_part(search, GMIME_MESSAGE_PART(object));
	if (GMIME_IS_PART(object))
		return search_part(search, GMIME_PART(object));
	return true;
}

GPtrArray *attachment_find_all(
	GByteArray *mail, AttachmentSearch *how, GError **error)
{
	g_autoptr(GPtrArray) found =
		g_ptr_array_new_with_free_func((GDestroyNotify)attachment_free);
	Search search = {.found = found, .how = how, .error = error};

	if (!search_bytes(&search, mail))
		return NULL;
	return g_steal_pointer(&found);
}
