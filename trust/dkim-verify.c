/* SPDX-License-Identifier: BSD-2-Clause */
#include "trust/dkim-verify.h"

#include <opendkim/dkim.h>
#include <string.h>

#include "parser/address.h"
#include "trust/dkim-key.h"
#include "trust/dkim-signature.h"
#include "trust/header-field.h"

enum {
	/* With more fields than any mail needs the work would be the sender's
	 * to choose: every name in h= is looked for among all of them. */
	FIELDS_MAX = 1000,
};

/* One mail while it is verified. */
typedef struct {
	Signers *signers;
	int64_t deadline;
	bool has_report_fields;
} Verification;

bool dkim_verify_is_available(void)
{
	return true;
}

static const char *get_domain(DKIM_SIGINFO *signature)
{
	return (const char *)dkim_sig_getdomain(signature);
}

static char *canonical_domain(DKIM_SIGINFO *signature)
{
	return address_canonical_domain(get_domain(signature));
}

/* libopendkim takes the trouble of a server for the lack of a key, and refuses
 * keys that are for reports alone. */
static DKIM_CBSTAT look_up_key(
	DKIM *dkim, DKIM_SIGINFO *signature, u_char *buffer, size_t size)
{
	const Verification *verification = dkim_get_user_context(dkim);
	g_autofree char *domain = canonical_domain(signature);
	g_autofree char *text = NULL;
	g_autofree char *opened = NULL;
	DkimKeyStatus status =
		dkim_key_fetch((const char *)dkim_sig_getselector(signature),
			get_domain(signature), verification->deadline, &text);

	if (status == DKIM_KEY_UNKNOWN && domain != NULL)
		signers_add_undecided(verification->signers, domain);
	if (status != DKIM_KEY_FOUND)
		return DKIM_CBSTAT_NOTFOUND;
	opened = dkim_key_open(text);
	if (g_strlcpy((char *)buffer, opened, size) >= size)
		return DKIM_CBSTAT_NOTFOUND;
	return DKIM_CBSTAT_CONTINUE;
}

static bool is_acceptable(
	const Verification *verification, DKIM_SIGINFO *signature)
{
	static u_char length[] = "l";
	static u_char fields[] = "h";
	dkim_alg_t algorithm;

	return dkim_sig_gettagvalue(signature, false, length) == NULL &&
	       dkim_signature_covers_kind((const char *)dkim_sig_gettagvalue(
						  signature, false, fields),
		       verification->has_report_fields) &&
	       dkim_sig_getsignalg(signature, &algorithm) == DKIM_STAT_OK &&
	       algorithm != DKIM_SIGN_RSASHA1;
}

/* Called before any key is asked for. */
static DKIM_CBSTAT choose_signatures(
	DKIM *dkim, DKIM_SIGINFO **signatures, int count)
{
	const Verification *verification = dkim_get_user_context(dkim);

	for (int i = 0; i < count; i++) {
		if (i >= SIGNERS_MAX ||
			!is_acceptable(verification, signatures[i]))
			dkim_sig_ignore(signatures[i]);
	}
	return DKIM_CBSTAT_CONTINUE;
}

static void *make_library(void *data)
{
	unsigned flags = DKIM_LIBFLAGS_FIXCRLF;
	DKIM_LIB *library = dkim_init(NULL, NULL);

	(void)data;
	if (library == NULL)
		g_error("out of memory");
	dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_FLAGS, &flags,
		sizeof(flags));
	dkim_set_prescreen(library, choose_signatures);
	dkim_set_key_lookup(library, look_up_key);
	return library;
}

/* Kept for as long as the program runs. */
static DKIM_LIB *get_library(void)
{
	static GOnce once = G_ONCE_INIT;

	return g_once(&once, make_library, NULL);
}

/* libopendkim takes writable bytes and only reads them. */
static u_char *writable(const void *bytes)
{
	return (u_char *)(uintptr_t)bytes;
}

/* The fields before the body; false when there are too many. */
static bool feed_header(DKIM *dkim, const char **at, const char *end)
{
	Verification *verification = dkim_get_user_context(dkim);
	HeaderField field;
	size_t count = 0;

	while (header_field_next(at, end, &field)) {
		if (++count > FIELDS_MAX)
			return false;
		if (header_field_is(&field, "DKIM-Signature") &&
			field.size > DKIM_SIGNATURE_SIZE_MAX)
			continue;
		if (dkim_signature_is_report_field(field.text, field.name_size))
			verification->has_report_fields = true;
		dkim_header(dkim, writable(field.text), field.size);
	}
	return true;
}

/* The empty line is no part of the body. */
static void feed_body(DKIM *dkim, const char *at, const char *end)
{
	if (at < end && *at == '\r')
		at++;
	if (at < end && *at == '\n')
		at++;
	if (at < end)
		dkim_body(dkim, writable(at), (size_t)(end - at));
}

/* What the last step returns is about the mail as a whole; what counts here is
 * what each signature says afterwards. */
static void feed(DKIM *dkim, const char *at, const char *end)
{
	if (!feed_header(dkim, &at, end))
		return;
	dkim_eoh(dkim);
	feed_body(dkim, at, end);
	dkim_eom(dkim, NULL);
}

static bool is_valid(DKIM_SIGINFO *signature)
{
	unsigned flags = dkim_sig_getflags(signature);

	return (flags & DKIM_SIGFLAG_IGNORE) == 0 &&
	       (flags & DKIM_SIGFLAG_PASSED) != 0 &&
	       dkim_sig_getbh(signature) == DKIM_SIGBH_MATCH &&
	       dkim_sig_geterror(signature) == DKIM_SIGERROR_OK;
}

static void collect(Signers *signers, DKIM *dkim)
{
	DKIM_SIGINFO **signatures;
	int count;

	if (dkim_getsiglist(dkim, &signatures, &count) != DKIM_STAT_OK)
		return;
	for (int i = 0; i < count; i++) {
		g_autofree char *domain = NULL;

		if (!is_valid(signatures[i]))
			continue;
		domain = canonical_domain(signatures[i]);
		if (domain != NULL)
			signers_add_verified(signers, domain);
	}
}

void dkim_verify_message(
	Signers *signers, const uint8_t *data, size_t size, int64_t deadline)
{
	static const u_char id[] = "report";
	Verification verification = {signers, deadline, false};
	DKIM_STAT status;
	DKIM *dkim = dkim_verify(get_library(), id, NULL, &status);

	if (dkim == NULL)
		g_error("out of memory");
	dkim_set_user_context(dkim, &verification);
	feed(dkim, (const char *)data, (const char *)data + size);
	collect(signers, dkim);
	dkim_free(dkim);
}
