/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/mail-claim.h"

#include <string.h>

#include "parser/address.h"
#include "parser/candidate.h"

static char *header_domain(const MailHeader *header, MailFieldIndex index)
{
	g_autofree char *value = mail_header_decode(header, index);

	return value != NULL ? address_canonical_domain(value) : NULL;
}

static char *from_domain(const MailHeader *header)
{
	InternetAddress *first = NULL;

	if (header->from != NULL &&
		internet_address_list_length(header->from) > 0)
		first = internet_address_list_get_address(header->from, 0);
	if (!INTERNET_ADDRESS_IS_MAILBOX(first))
		return NULL;
	return address_get_domain(internet_address_mailbox_get_addr(
		INTERNET_ADDRESS_MAILBOX(first)));
}

static char *get_submitter(const MailHeader *header)
{
	char *domain = header_domain(header, MAIL_FIELD_SUBMITTER);

	return domain != NULL ? domain : from_domain(header);
}

static char *get_subject_domain(const MailHeader *header)
{
	g_autofree char *subject =
		mail_header_decode(header, MAIL_FIELD_LAST_SUBJECT);
	g_autofree char *word = NULL;
	const char *rest;

	if (subject == NULL || !candidate_is_subject(subject))
		return NULL;
	rest = subject + strlen(CANDIDATE_SUBJECT);
	rest += strspn(rest, " \t");
	word = g_strndup(rest, strcspn(rest, " \t"));
	return address_canonical_domain(word);
}

static char *get_message_id(const MailHeader *header)
{
	g_autofree char *value =
		mail_header_decode(header, MAIL_FIELD_MESSAGE_ID);

	return value != NULL ? g_mime_utils_decode_message_id(value) : NULL;
}

static bool is_made(const MailHeader *header, GMimeObject *body)
{
	const char *type = NULL;

	for (MailFieldIndex i = 0; i <= MAIL_FIELD_MISSPELT_TYPE; i++) {
		g_autofree char *value = mail_header_decode(header, i);

		if (value != NULL &&
			candidate_is_claim(mail_header_get_name(i), value))
			return true;
	}
	if (body != NULL)
		type = g_mime_object_get_header(body, "Content-Type");
	return type != NULL && candidate_is_claim("Content-Type", type);
}

MailClaim *mail_claim_new(const MailHeader *header, GMimeObject *body)
{
	MailClaim *claim = g_atomic_rc_box_new0(MailClaim);

	claim->report_domain = header_domain(header, MAIL_FIELD_REPORT_DOMAIN);
	claim->submitter = get_submitter(header);
	claim->subject_domain = get_subject_domain(header);
	claim->message_id = get_message_id(header);
	claim->is_made = is_made(header, body);
	return claim;
}

MailClaim *mail_claim_ref(MailClaim *claim)
{
	return g_atomic_rc_box_acquire(claim);
}

static void clear(void *data)
{
	MailClaim *claim = data;

	g_free(claim->report_domain);
	g_free(claim->submitter);
	g_free(claim->subject_domain);
	g_free(claim->message_id);
}

void mail_claim_unref(MailClaim *claim)
{
	g_atomic_rc_box_release_full(claim, clear);
}
