/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_SMTP_TLS_H
#define PROBE_SMTP_TLS_H

/* One session with one address of a mail server: what it presents to a sender
 * that asks for STARTTLS (RFC 3207). Sends no mail. */

#include <glib.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>

#include "probe/certificate.h"
#include "probe/tlsa.h"

/* How a sender connects: as usual, or as one that is different in one thing. */
typedef enum {
	SMTP_TLS_USUAL,
	SMTP_TLS_WITHOUT_NAME,
	SMTP_TLS_ONLY_RSA,
	SMTP_TLS_ONLY_ECDSA,
} SmtpTlsManner;

/* Where a session ended. */
typedef enum {
	/* No time or file was left for it. */
	SMTP_TLS_NOT_TRIED,
	/* This host has no way to the address. */
	SMTP_TLS_NO_ROUTE,
	SMTP_TLS_UNREACHABLE,
	/* No 220, or no answer to EHLO. */
	SMTP_TLS_GREETING,
	SMTP_TLS_NO_STARTTLS,
	SMTP_TLS_HANDSHAKE,
	/* After the handshake no answer to EHLO. */
	SMTP_TLS_AFTER_HANDSHAKE,
	SMTP_TLS_DONE,
} SmtpTlsStage;

typedef enum {
	/* No record can be used. */
	SMTP_TLS_DANE_NONE,
	SMTP_TLS_DANE_MATCHED,
	SMTP_TLS_DANE_MISMATCHED,
} SmtpTlsDane;

/* `problem` says why it went no further, escaped. `flags` and `distrust` are
 * those of certificate_judge(), `dane_flags` what is wrong for a sender that
 * uses the TLSA records, which is nothing with usage 3. */
typedef struct {
	SmtpTlsManner manner;
	SmtpTlsStage stage;
	char *problem;
	char *tls_version;
	Certificate *certificate;
	CertificateFlags flags;
	char *distrust;
	SmtpTlsDane dane;
	CertificateFlags dane_flags;
} SmtpTlsResult;

/* For all sessions, borrowed. `sources` are addresses to connect from, at most
 * one a family, and end with NULL. */
typedef struct {
	uint16_t port;
	const char *ehlo_name;
	const char *const *sources;
	X509_STORE *store;
	SSL_CTX *context;
} SmtpTlsOptions;

/* For all sessions of the process; the caller frees it with SSL_CTX_free(). */
SSL_CTX *smtp_tls_new_context(void);

/* Who is connected to, borrowed: `tlsas` are Tlsa; `now` is in seconds since
 * 1970, `deadline` in microseconds of g_get_monotonic_time(). */
typedef struct {
	const char *host;
	const char *address;
	const GPtrArray *tlsas;
	int64_t now;
	int64_t deadline;
} SmtpTlsTarget;

/* The caller frees the result. */
SmtpTlsResult *smtp_tls_try(const SmtpTlsOptions *options,
	const SmtpTlsTarget *target, SmtpTlsManner manner);
void smtp_tls_result_free(SmtpTlsResult *result);

/* Whether the address refuses MAIL before STARTTLS (code 530), so that a report
 * cannot come in whose sender has no TLS (RFC 8460 section 3). */
bool smtp_tls_is_required(
	const SmtpTlsOptions *options, const char *address, int64_t deadline);

/* Whether this is an address that no sender elsewhere reaches. With another
 * port than 25, in a laboratory, loopback addresses are in reach. */
bool smtp_tls_is_out_of_reach(
	const SmtpTlsOptions *options, const char *address);

#endif
