/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_CERTIFICATE_H
#define PROBE_CERTIFICATE_H

/* What a server's certificate says, and what the web's rules say of it. */

#include <glib.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	/* Certificates and bytes of what a server presents. */
	CERTIFICATE_CHAIN_MAX = 10,
	CERTIFICATE_BYTES_MAX = 65536,
	CERTIFICATE_NAMES_MAX = 100,
};

/* What is wrong with it for a host, as bits. */
typedef enum {
	CERTIFICATE_FINE = 0,
	CERTIFICATE_EXPIRED = 1,
	CERTIFICATE_NOT_YET = 2,
	CERTIFICATE_NOT_TRUSTED = 4,
	CERTIFICATE_NAME = 8,
} CertificateFlags;

/* A chain as it was presented, NULL once it was dropped, the server's own
 * certificate first, and what
 * stands in that one. Names are those of DNS in the subject alternative name,
 * or none; times are seconds since 1970; `sha256` is in hexadecimal, and so is
 * `key_sha256`, of the public key; `key_type` is "RSA", "ECDSA" or another name
 * of OpenSSL. */
typedef struct {
	STACK_OF(X509) * chain;
	char **names;
	char *issuer;
	int64_t not_before;
	int64_t not_after;
	char *sha256;
	char *key_sha256;
	const char *key_type;
} Certificate;

/* Takes over the chain, which has at least one certificate and is cut to
 * CERTIFICATE_CHAIN_MAX. The caller frees the result. */
Certificate *certificate_new(STACK_OF(X509) * chain);

/* Those in a file of PEM, the first of which is the server's; NULL and
 * PROBE_ERROR_SETUP when there is none. */
Certificate *certificate_read_file(const char *path, GError **error);
void certificate_free(Certificate *certificate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Certificate, certificate_free)

/* The same with the chain that leads to an authority of the store, whether it
 * was presented or not. The caller frees it. */
Certificate *certificate_complete(
	const Certificate *certificate, X509_STORE *store);

/* Frees the chain, after which nothing more can be compared or judged. */
void certificate_drop_chain(Certificate *certificate);

/* Authorities of a PEM file, or of the system for "". NULL and
 * PROBE_ERROR_SETUP. The caller frees it with X509_STORE_free(). */
X509_STORE *certificate_open_store(const char *ca_file, GError **error);

/* Bytes in hexadecimal; the caller frees the text. */
char *certificate_write_hex(const uint8_t *bytes, size_t length);

/* Judges a chain for a host at a time, as a sender with MTA-STS does (RFC 8461
 * section 4.2, RFC 6125): the names of DNS count, never the subject. `problem`,
 * if it is wrong, is what the first reason for distrust is called. */
CertificateFlags certificate_judge(const Certificate *certificate,
	X509_STORE *store, const char *host, int64_t now, char **problem);

#endif
