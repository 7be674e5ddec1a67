/* SPDX-License-Identifier: BSD-2-Clause */
#include "trust/authenticate.h"

#include <string.h>

#include "trust/authres.h"
#include "trust/dkim-signature.h"
#include "trust/dkim-verify.h"
#include "trust/header-field.h"

/* Where the header of a mail begins, and where the mail ends; whether it has a
 * TLS-Report- field. */
typedef struct {
	const char *begin;
	const char *end;
	bool has_report_fields;
} Mail;

static bool has_report_fields(const Mail *mail)
{
	const char *at = mail->begin;
	HeaderField field;

	while (header_field_next(&at, mail->end, &field)) {
		if (dkim_signature_is_report_field(field.text, field.name_size))
			return true;
	}
	return false;
}

/* NULL when that server has written nothing that can be relied on. */
static Authres *find_authres(const Mail *mail, const char *authserv_id)
{
	const char *at = mail->begin;
	HeaderField field;

	while (header_field_next(&at, mail->end, &field)) {
		g_autofree char *value = NULL;
		g_autoptr(Authres) authres = NULL;

		if (!header_field_is(&field, "Authentication-Results"))
			continue;
		value = header_field_get_value(&field);
		if (value != NULL)
			authres = authres_parse(value);
		if (authres == NULL)
			return NULL;
		if (authres_is_from(authres, authserv_id))
			return g_steal_pointer(&authres);
	}
	return NULL;
}

/* header.b is the beginning of b= (RFC 8601 section 2.7.1). */
static bool is_signature_of(
	const DkimSignature *signature, const AuthresDkim *result)
{
	return strcmp(signature->domain, result->domain) == 0 &&
	       (result->selector == NULL ||
		       g_ascii_strcasecmp(
			       signature->selector, result->selector) == 0) &&
	       (result->signature == NULL ||
		       g_str_has_prefix(
			       signature->signature, result->signature));
}

static bool covers_report(const Mail *mail, const DkimSignature *signature)
{
	return !signature->covers_part &&
	       dkim_signature_covers_kind(
		       signature->fields, mail->has_report_fields);
}

/* Whether the mail has signatures that the result can be about, and all of
 * them cover its body and what makes it a report. One that cannot be read might
 * be meant, too. */
static bool covers_all(const Mail *mail, const AuthresDkim *result)
{
	const char *at = mail->begin;
	HeaderField field;
	bool found = false;

	while (header_field_next(&at, mail->end, &field)) {
		g_autofree char *value = NULL;
		g_autoptr(DkimSignature) signature = NULL;

		if (!header_field_is(&field, "DKIM-Signature"))
			continue;
		value = header_field_get_value(&field);
		if (value != NULL)
			signature = dkim_signature_parse(value);
		if (signature == NULL)
			return false;
		if (!is_signature_of(signature, result))
			continue;
		if (!covers_report(mail, signature))
			return false;
		found = true;
	}
	return found;
}

static void add_result(
	Signers *signers, const Mail *mail, const AuthresDkim *result)
{
	if (result->domain == NULL || result->result == AUTHRES_OTHER ||
		!covers_all(mail, result))
		return;
	if (result->result == AUTHRES_PASS)
		signers_add_verified(signers, result->domain);
	else
		signers_add_undecided(signers, result->domain);
}

static void read_authres(
	Signers *signers, const Mail *mail, const char *authserv_id)
{
	g_autoptr(Authres) authres = find_authres(mail, authserv_id);

	if (authres == NULL)
		return;
	for (guint i = 0; i < MIN(authres->dkim->len, SIGNERS_MAX); i++)
		add_result(signers, mail, authres->dkim->pdata[i]);
}

Signers *authenticate_message(
	const AuthenticateRules *rules, const uint8_t *data, size_t size)
{
	Signers *signers = signers_new();
	Mail mail = {(const char *)data, (const char *)data + size, false};

	if (rules->method == AUTHENTICATE_AUTHRES) {
		mail.has_report_fields = has_report_fields(&mail);
		read_authres(signers, &mail, rules->authserv_id);
	} else if (rules->method == AUTHENTICATE_VERIFY) {
		dkim_verify_message(signers, data, size, rules->deadline);
	}
	return signers;
}
