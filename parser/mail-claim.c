/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/mail-claim.h"

#include <string.h>

#include "parser/address.h"
#include "parser/candidate.h"

static char *header_domain(GMimeMessage *mime, const char *name)
{
	const char *value = g_mime_object_get_header(GMIME_OBJECT(mime), name);

	if (value == NULL)
		return NULL;
	return address_canonical_domain(value);
}

static char *from_domain(GMimeMessage *mime)
{
	InternetAddressList *from = g_mime_message_get_from(mime);
	InternetAddress *first = NULL;

	if (from != NULL && internet_address_list_length(from) > 0)
		first = internet_address_list_get_address(from, 0);
	if (!INTERNET_ADDRESS_IS_MAILBOX(first))
		return NULL;
	return address_get_domain(internet_address_mailbox_get_addr(
		INTERNET_ADDRESS_MAILBOX(first)));
}

char *mail_claim_get_report_domain(GMimeMessage *mime)
{
	return header_domain(mime, "TLS-Report-Domain");
}

char *mail_claim_get_submitter(GMimeMessage *mime)
{
	char *domain = header_domain(mime, "TLS-Report-Submitter");

	return domain != NULL ? domain : from_domain(mime);
}

char *mail_claim_get_subject_domain(GMimeMessage *mime)
{
	const char *subject = g_mime_message_get_subject(mime);
	g_autofree char *word = NULL;

	if (subject == NULL || !candidate_is_subject(subject))
		return NULL;
	subject += strlen(CANDIDATE_SUBJECT);
	subject += strspn(subject, " \t");
	word = g_strndup(subject, strcspn(subject, " \t"));
	return address_canonical_domain(word);
}

static bool has_claim(GMimeObject *holder, const char *name)
{
	const char *value = NULL;

	if (holder != NULL)
		value = g_mime_object_get_header(holder, name);
	return value != NULL && candidate_is_claim(name, value);
}

/* GMime keeps the type with the body. */
bool mail_claim_is_made(GMimeMessage *mime)
{
	static const char *const names[] = {"TLS-Report-Domain",
		"TLS-Report-Submitter", "Subject", CANDIDATE_MISSPELT_TYPE};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (has_claim(GMIME_OBJECT(mime), names[i]))
			return true;
	}
	return has_claim(g_mime_message_get_mime_part(mime), "Content-Type");
}
