/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/smtp-tls.h"

#include <string.h>

#include "probe/error.h"
#include "probe/host-address.h"
#include "probe/smtp-reply.h"
#include "probe/wire.h"

enum {
	BUFFER_SIZE = 4096,
	STANDARD_PORT = 25,
	CODE_READY = 220,
	CODE_FINE = 250,
	CODE_MUST_STARTTLS = 530,
};

/* What has been read, and belongs to the next reply. */
typedef struct {
	Wire *wire;
	char bytes[BUFFER_SIZE];
	size_t start;
	size_t end;
} Session;

static void session_clear(Session *session)
{
	g_clear_pointer(&session->wire, wire_close);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Session, session_clear)

SSL_CTX *smtp_tls_new_context(void)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());

	if (context == NULL || SSL_CTX_dane_enable(context) <= 0)
		g_error("OpenSSL cannot be used");
	/* Whatever a server has is to be seen. */
	SSL_CTX_set_security_level(context, 0);
	SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
	SSL_CTX_set_cipher_list(context, "ALL:!aNULL:!eNULL:@SECLEVEL=0");
	SSL_CTX_set_max_cert_list(context, CERTIFICATE_BYTES_MAX);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	return context;
}

void smtp_tls_result_free(SmtpTlsResult *result)
{
	if (result == NULL)
		return;
	g_free(result->problem);
	g_free(result->tls_version);
	certificate_free(result->certificate);
	g_free(result->distrust);
	g_free(result);
}

static bool fill(Session *session, GError **error)
{
	gssize count =
		wire_read(session->wire, session->bytes, BUFFER_SIZE, error);

	session->start = 0;
	session->end = count > 0 ? (size_t)count : 0;
	if (count == 0)
		g_set_error(error, PROBE_ERROR, PROBE_ERROR_UNREACHABLE,
			"the connection was closed");
	return count > 0;
}

static bool read_reply(Session *session, SmtpReply *reply, GError **error)
{
	smtp_reply_init(reply);
	while (reply->state == SMTP_REPLY_MORE) {
		if (session->start == session->end && !fill(session, error))
			return false;
		session->start +=
			smtp_reply_add(reply, session->bytes + session->start,
				session->end - session->start);
	}
	if (reply->state == SMTP_REPLY_DONE)
		return true;
	g_set_error(
		error, PROBE_ERROR, PROBE_ERROR_PROTOCOL, "%s", reply->problem);
	return false;
}

/* Sends a command, if not NULL, and reads the reply, which has to have the
 * code. */
static bool expect(Session *session, const char *command, int code,
	SmtpReply *reply, GError **error)
{
	g_autofree char *description = NULL;

	if (command != NULL && !wire_write(session->wire, command, error)) {
		smtp_reply_init(reply);
		return false;
	}
	if (!read_reply(session, reply, error))
		return false;
	if (reply->code == code)
		return true;
	description = smtp_reply_describe(reply);
	g_set_error(error, PROBE_ERROR, PROBE_ERROR_PROTOCOL, "answered %s",
		description);
	return false;
}

static bool say(Session *session, const char *command, int code, GError **error)
{
	g_auto(SmtpReply) reply = {0};

	return expect(session, command, code, &reply, error);
}

static const char *get_source(
	const SmtpTlsOptions *options, const char *address)
{
	bool ipv6 = strchr(address, ':') != NULL;
	const char *const *source = options->sources;

	while (source != NULL && *source != NULL) {
		if ((strchr(*source, ':') != NULL) == ipv6)
			return *source;
		source++;
	}
	return NULL;
}

static bool open_session(Session *session, const SmtpTlsOptions *options,
	const char *address, int64_t deadline, GError **error)
{
	session->wire = wire_open(address, options->port,
		get_source(options, address), deadline, error);
	return session->wire != NULL;
}

static bool say_ehlo(Session *session, const SmtpTlsOptions *options,
	SmtpReply *reply, GError **error)
{
	g_autofree char *command =
		g_strdup_printf("EHLO %s\r\n", options->ehlo_name);

	return expect(session, command, CODE_FINE, reply, error);
}

/* Collects what OpenSSL finds wrong with a chain for the TLSA records. */
static int on_verify(int good, X509_STORE_CTX *context)
{
	const SSL *ssl = X509_STORE_CTX_get_ex_data(
		context, SSL_get_ex_data_X509_STORE_CTX_idx());
	SmtpTlsResult *result = SSL_get_app_data(ssl);

	if (good)
		return 1;
	switch (X509_STORE_CTX_get_error(context)) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		result->dane_flags |= CERTIFICATE_EXPIRED;
		break;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		result->dane_flags |= CERTIFICATE_NOT_YET;
		break;
	case X509_V_ERR_HOSTNAME_MISMATCH:
		result->dane_flags |= CERTIFICATE_NAME;
		break;
	default:
		result->dane_flags |= CERTIFICATE_NOT_TRUSTED;
		if (result->dane == SMTP_TLS_DANE_MATCHED)
			result->dane = SMTP_TLS_DANE_MISMATCHED;
	}
	return 1;
}

/* The library that senders use judges the records. */
static void add_tlsas(SSL *ssl, const char *host, const GPtrArray *tlsas,
	SmtpTlsResult *result)
{
	for (guint i = 0; i < tlsas->len; i++) {
		const Tlsa *tlsa = tlsas->pdata[i];
		gsize size;
		const unsigned char *data = g_bytes_get_data(tlsa->data, &size);

		if (tlsa->unusable != NULL)
			continue;
		if (result->dane == SMTP_TLS_DANE_NONE) {
			SSL_dane_enable(ssl, host);
			SSL_dane_set_flags(
				ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
			result->dane = SMTP_TLS_DANE_MATCHED;
		}
		SSL_dane_tlsa_add(ssl, tlsa->usage, tlsa->selector,
			tlsa->matching, data, size);
	}
}

/* The ciphers count before TLS 1.3, the algorithms with it. */
static void restrict_keys(SSL *ssl, SmtpTlsManner manner)
{
	char rsa[] = "RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:"
		     "RSA+SHA256:RSA+SHA384:RSA+SHA512:RSA+SHA1";
	char ecdsa[] = "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:ed448";

	if (manner == SMTP_TLS_ONLY_RSA) {
		SSL_set_cipher_list(ssl, "aRSA:@SECLEVEL=0");
		SSL_set1_sigalgs_list(ssl, rsa);
	} else if (manner == SMTP_TLS_ONLY_ECDSA) {
		SSL_set_cipher_list(ssl, "aECDSA:@SECLEVEL=0");
		SSL_set1_sigalgs_list(ssl, ecdsa);
	}
}

/* What all steps of one try need. */
typedef struct {
	const SmtpTlsOptions *options;
	const SmtpTlsTarget *target;
	Session session;
	SmtpTlsResult *result;
} Try;

static SSL *make_ssl(const Try *try)
{
	SSL *ssl = SSL_new(try->options->context);
	g_autofree char *name = g_strdup(try->target->host);

	if (ssl == NULL)
		g_error("out of memory");
	SSL_set_app_data(ssl, try->result);
	add_tlsas(ssl, try->target->host, try->target->tlsas, try->result);
	SSL_set_verify(ssl, SSL_VERIFY_NONE, on_verify);
	if (try->result->manner != SMTP_TLS_WITHOUT_NAME)
		SSL_set_tlsext_host_name(ssl, name);
	restrict_keys(ssl, try->result->manner);
	return ssl;
}

static void keep_certificate(Try *try)
{
	SmtpTlsResult *result = try->result;
	SSL *ssl = wire_get_session(try->session.wire);
	STACK_OF(X509) *chain = SSL_get_peer_cert_chain(ssl);

	result->tls_version = g_strdup(SSL_get_version(ssl));
	if (chain == NULL || sk_X509_num(chain) == 0)
		return;
	result->certificate = certificate_new(X509_chain_up_ref(chain));
	result->flags =
		certificate_judge(result->certificate, try->options->store,
			try->target->host, try->target->now, &result->distrust);
}

/* SMTP_TLS_DONE when the handshake may begin. */
static SmtpTlsStage prepare(Try *try, GError **error)
{
	Session *session = &try->session;
	g_auto(SmtpReply) reply = {0};

	if (!say(session, NULL, CODE_READY, error) ||
		!say_ehlo(session, try->options, &reply, error))
		return SMTP_TLS_GREETING;
	if (!smtp_reply_has_extension(&reply, "STARTTLS")) {
		g_set_error(error, PROBE_ERROR, PROBE_ERROR_PROTOCOL,
			"it is not offered");
		return SMTP_TLS_NO_STARTTLS;
	}
	if (!say(session, "STARTTLS\r\n", CODE_READY, error))
		return SMTP_TLS_NO_STARTTLS;
	/* Somebody added it who hopes that it counts as encrypted. */
	if (session->start != session->end) {
		g_set_error(error, PROBE_ERROR, PROBE_ERROR_PROTOCOL,
			"something in clear follows the answer to STARTTLS");
		return SMTP_TLS_HANDSHAKE;
	}
	return SMTP_TLS_DONE;
}

static SmtpTlsStage encrypt(Try *try, GError **error)
{
	g_auto(SmtpReply) reply = {0};

	if (!wire_start_tls(try->session.wire, make_ssl(try), error))
		return SMTP_TLS_HANDSHAKE;
	keep_certificate(try);
	if (!say_ehlo(&try->session, try->options, &reply, error))
		return SMTP_TLS_AFTER_HANDSHAKE;
	wire_write(try->session.wire, "QUIT\r\n", NULL);
	return SMTP_TLS_DONE;
}

static SmtpTlsStage get_unopened_stage(const GError *error)
{
	if (g_error_matches(error, PROBE_ERROR, PROBE_ERROR_BUSY))
		return SMTP_TLS_NOT_TRIED;
	return g_error_matches(error, PROBE_ERROR, PROBE_ERROR_NO_ROUTE)
		       ? SMTP_TLS_NO_ROUTE
		       : SMTP_TLS_UNREACHABLE;
}

static SmtpTlsStage run(Try *try, GError **error)
{
	SmtpTlsStage stage;

	if (!open_session(&try->session, try->options, try->target->address,
		    try->target->deadline, error))
		return get_unopened_stage(*error);
	stage = prepare(try, error);
	return stage == SMTP_TLS_DONE ? encrypt(try, error) : stage;
}

SmtpTlsResult *smtp_tls_try(const SmtpTlsOptions *options,
	const SmtpTlsTarget *target, SmtpTlsManner manner)
{
	SmtpTlsResult *result = g_new0(SmtpTlsResult, 1);
	Try try = {.options = options, .target = target, .result = result};
	g_autoptr(GError) error = NULL;

	result->manner = manner;
	result->stage = run(&try, &error);
	if (error != NULL)
		result->problem = g_strdup(error->message);
	session_clear(&try.session);
	return result;
}

bool smtp_tls_is_required(
	const SmtpTlsOptions *options, const char *address, int64_t deadline)
{
	g_auto(Session) session = {0};
	g_auto(SmtpReply) ehlo = {0};
	g_auto(SmtpReply) mail = {0};

	if (!open_session(&session, options, address, deadline, NULL) ||
		!say(&session, NULL, CODE_READY, NULL) ||
		!say_ehlo(&session, options, &ehlo, NULL))
		return false;
	expect(&session, "MAIL FROM:<>\r\n", CODE_FINE, &mail, NULL);
	wire_write(session.wire, "QUIT\r\n", NULL);
	return mail.code == CODE_MUST_STARTTLS;
}

bool smtp_tls_is_out_of_reach(
	const SmtpTlsOptions *options, const char *address)
{
	return host_address_is_private(address, options->port == STANDARD_PORT);
}
