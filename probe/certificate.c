/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

#include "probe/error.h"

enum {
	ISSUER_MAX = 256,
	NAME_BYTES_MAX = 255,
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_STORE, X509_STORE_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_STORE_CTX, X509_STORE_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GENERAL_NAMES, GENERAL_NAMES_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)

char *certificate_write_hex(const uint8_t *bytes, size_t length)
{
	GString *text = g_string_sized_new(2 * length);

	for (size_t i = 0; i < length; i++)
		g_string_append_printf(text, "%02x", bytes[i]);
	return g_string_free(text, FALSE);
}

static char *digest(
	X509 *certificate, int (*function)(const X509 *, const EVP_MD *,
				   unsigned char *, unsigned int *))
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned int length = 0;

	if (!function(certificate, EVP_sha256(), bytes, &length))
		return g_strdup("");
	return certificate_write_hex(bytes, length);
}

/* Of the whole SubjectPublicKeyInfo, as selector 1 of TLSA has it; OpenSSL's
 * own digest of a key leaves its algorithm out. */
static char *digest_key(X509 *certificate)
{
	unsigned char *der = NULL;
	int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
	char *text = g_compute_checksum_for_data(
		G_CHECKSUM_SHA256, der, length > 0 ? (gsize)length : 0);

	OPENSSL_free(der);
	return text;
}

static int64_t get_time(const ASN1_TIME *time)
{
	struct tm parts = {0};

	return ASN1_TIME_to_tm(time, &parts) ? (int64_t)timegm(&parts) : 0;
}

static char *get_name(const X509_NAME *name)
{
	char text[ISSUER_MAX];

	X509_NAME_oneline(name, text, sizeof(text));
	return g_utf8_make_valid(text, -1);
}

/* Names with a NUL in them are those of nobody. */
static char **get_names(X509 *certificate)
{
	g_autoptr(GENERAL_NAMES) names =
		X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	GPtrArray *list = g_ptr_array_new();

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		const ASN1_IA5STRING *text = name->d.dNSName;

		if (name->type != GEN_DNS || text->length <= 0 ||
			text->length > NAME_BYTES_MAX ||
			memchr(text->data, '\0', (size_t)text->length) != NULL)
			continue;
		if (list->len < CERTIFICATE_NAMES_MAX)
			g_ptr_array_add(list,
				g_utf8_make_valid((const char *)text->data,
					text->length));
	}
	g_ptr_array_add(list, NULL);
	return (char **)g_ptr_array_free(list, FALSE);
}

static const char *get_key_type(X509 *certificate)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);
	int id = key != NULL ? EVP_PKEY_base_id(key) : EVP_PKEY_NONE;

	if (id == EVP_PKEY_RSA || id == EVP_PKEY_RSA_PSS)
		return "RSA";
	return id == EVP_PKEY_EC ? "ECDSA" : OBJ_nid2sn(id);
}

Certificate *certificate_new(STACK_OF(X509) * chain)
{
	Certificate *certificate = g_new0(Certificate, 1);
	X509 *leaf = sk_X509_value(chain, 0);

	while (sk_X509_num(chain) > CERTIFICATE_CHAIN_MAX)
		X509_free(sk_X509_pop(chain));
	certificate->chain = chain;
	certificate->names = get_names(leaf);
	certificate->issuer = get_name(X509_get_issuer_name(leaf));
	certificate->not_before = get_time(X509_get0_notBefore(leaf));
	certificate->not_after = get_time(X509_get0_notAfter(leaf));
	certificate->sha256 = digest(leaf, X509_digest);
	certificate->key_sha256 = digest_key(leaf);
	certificate->key_type = get_key_type(leaf);
	return certificate;
}

Certificate *certificate_read_file(const char *path, GError **error)
{
	g_autoptr(BIO) file = BIO_new_file(path, "r");
	STACK_OF(X509) *chain = sk_X509_new_null();
	X509 *next = NULL;

	while (file != NULL && sk_X509_num(chain) < CERTIFICATE_CHAIN_MAX &&
		(next = PEM_read_bio_X509(file, NULL, NULL, NULL)) != NULL)
		sk_X509_push(chain, next);
	ERR_clear_error();
	if (sk_X509_num(chain) > 0)
		return certificate_new(chain);
	sk_X509_free(chain);
	g_set_error(error, PROBE_ERROR, PROBE_ERROR_SETUP,
		"%s: no certificate in PEM can be read", path);
	return NULL;
}

static void free_chain(STACK_OF(X509) * chain)
{
	sk_X509_pop_free(chain, X509_free);
}

void certificate_free(Certificate *certificate)
{
	if (certificate == NULL)
		return;
	g_clear_pointer(&certificate->chain, free_chain);
	g_strfreev(certificate->names);
	g_free(certificate->issuer);
	g_free(certificate->sha256);
	g_free(certificate->key_sha256);
	g_free(certificate);
}

void certificate_drop_chain(Certificate *certificate)
{
	g_clear_pointer(&certificate->chain, free_chain);
}

Certificate *certificate_complete(
	const Certificate *certificate, X509_STORE *store)
{
	g_autoptr(X509_STORE_CTX) context = X509_STORE_CTX_new();
	STACK_OF(X509) * chain;

	if (!X509_STORE_CTX_init(context, store,
		    sk_X509_value(certificate->chain, 0), certificate->chain))
		g_error("out of memory");
	X509_STORE_CTX_set_flags(context, X509_V_FLAG_NO_CHECK_TIME);
	X509_verify_cert(context);
	ERR_clear_error();
	chain = X509_STORE_CTX_get1_chain(context);
	if (chain == NULL || sk_X509_num(chain) == 0) {
		sk_X509_free(chain);
		chain = X509_chain_up_ref(certificate->chain);
	}
	return certificate_new(chain);
}

X509_STORE *certificate_open_store(const char *ca_file, GError **error)
{
	g_autoptr(X509_STORE) store = X509_STORE_new();
	int done = *ca_file != '\0'
			   ? X509_STORE_load_locations(store, ca_file, NULL)
			   : X509_STORE_set_default_paths(store);

	ERR_clear_error();
	if (done)
		return g_steal_pointer(&store);
	g_set_error(error, PROBE_ERROR, PROBE_ERROR_SETUP,
		"%s: no certificate authority in PEM can be read",
		*ca_file != '\0' ? ca_file : "the system's store");
	return NULL;
}

/* What certificate_judge() collects while OpenSSL looks at a chain. */
typedef struct {
	CertificateFlags flags;
	char *problem;
} Verdict;

static int verdict_index(void)
{
	static gsize index;

	if (g_once_init_enter(&index))
		g_once_init_leave(
			&index, (gsize)CRYPTO_get_ex_new_index(
					CRYPTO_EX_INDEX_X509_STORE_CTX, 0, NULL,
					NULL, NULL, NULL) +
					1);
	return (int)index - 1;
}

/* Notes the error and goes on, so that all of them are found. */
static int on_error(int good, X509_STORE_CTX *context)
{
	Verdict *verdict = X509_STORE_CTX_get_ex_data(context, verdict_index());
	int error = X509_STORE_CTX_get_error(context);

	if (good)
		return 1;
	if (error == X509_V_ERR_CERT_HAS_EXPIRED) {
		verdict->flags |= CERTIFICATE_EXPIRED;
	} else if (error == X509_V_ERR_CERT_NOT_YET_VALID) {
		verdict->flags |= CERTIFICATE_NOT_YET;
	} else {
		verdict->flags |= CERTIFICATE_NOT_TRUSTED;
		if (verdict->problem == NULL)
			verdict->problem =
				g_strdup(X509_verify_cert_error_string(error));
	}
	return 1;
}

CertificateFlags certificate_judge(const Certificate *certificate,
	X509_STORE *store, const char *host, int64_t now, char **problem)
{
	g_autoptr(X509_STORE_CTX) context = X509_STORE_CTX_new();
	X509 *leaf = sk_X509_value(certificate->chain, 0);
	Verdict verdict = {0};

	if (!X509_STORE_CTX_init(context, store, leaf, certificate->chain))
		g_error("out of memory");
	X509_STORE_CTX_set_default(context, "ssl_server");
	X509_STORE_CTX_set_time(context, 0, (time_t)now);
	X509_STORE_CTX_set_ex_data(context, verdict_index(), &verdict);
	X509_STORE_CTX_set_verify_cb(context, on_error);
	if (X509_verify_cert(context) <= 0 && verdict.flags == CERTIFICATE_FINE)
		verdict.flags |= CERTIFICATE_NOT_TRUSTED;
	if (X509_check_host(leaf, host, 0,
		    X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
			    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS,
		    NULL) != 1)
		verdict.flags |= CERTIFICATE_NAME;
	ERR_clear_error();
	*problem = verdict.problem;
	return verdict.flags;
}
