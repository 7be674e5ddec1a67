/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/tlsa.h"

#include <string.h>

enum {
	HEAD_SIZE = 3,
	SELECTOR_KEY = 1,
	MATCHING_FULL = 0,
	MATCHING_SHA256 = 1,
	MATCHING_SHA512 = 2,
	SHA256_SIZE = 32,
	SHA512_SIZE = 64,
};

static bool is_der(GBytes *data, uint8_t selector)
{
	gsize size;
	const unsigned char *bytes = g_bytes_get_data(data, &size);
	const unsigned char *rest = bytes;

	if (selector == SELECTOR_KEY) {
		EVP_PKEY *key = d2i_PUBKEY(NULL, &rest, (long)size);

		EVP_PKEY_free(key);
		return key != NULL && rest == bytes + size;
	} else {
		X509 *certificate = d2i_X509(NULL, &rest, (long)size);

		X509_free(certificate);
		return certificate != NULL && rest == bytes + size;
	}
}

static const char *find_fault(const Tlsa *tlsa)
{
	size_t size = g_bytes_get_size(tlsa->data);

	if (tlsa->usage < TLSA_DANE_TA)
		return "usages 0 and 1 do not count for mail";
	if (tlsa->usage > TLSA_DANE_EE)
		return "its usage is unknown";
	if (tlsa->selector > SELECTOR_KEY)
		return "its selector is unknown";
	if (tlsa->matching > MATCHING_SHA512)
		return "its matching type is unknown";
	if (tlsa->matching == MATCHING_SHA256 && size != SHA256_SIZE)
		return "a SHA-256 digest has 32 bytes";
	if (tlsa->matching == MATCHING_SHA512 && size != SHA512_SIZE)
		return "a SHA-512 digest has 64 bytes";
	if (tlsa->matching == MATCHING_FULL &&
		!is_der(tlsa->data, tlsa->selector))
		return "its data is no certificate or key";
	return NULL;
}

Tlsa *tlsa_parse(GBytes *record)
{
	gsize size;
	const uint8_t *bytes = g_bytes_get_data(record, &size);
	Tlsa *tlsa;

	if (size <= HEAD_SIZE || size > TLSA_DATA_MAX)
		return NULL;
	tlsa = g_new0(Tlsa, 1);
	tlsa->usage = bytes[0];
	tlsa->selector = bytes[1];
	tlsa->matching = bytes[2];
	tlsa->data =
		g_bytes_new_from_bytes(record, HEAD_SIZE, size - HEAD_SIZE);
	tlsa->unusable = find_fault(tlsa);
	return tlsa;
}

void tlsa_free(Tlsa *tlsa)
{
	if (tlsa == NULL)
		return;
	g_bytes_unref(tlsa->data);
	g_free(tlsa);
}

char *tlsa_get_hex(const Tlsa *tlsa)
{
	gsize size;
	const uint8_t *bytes = g_bytes_get_data(tlsa->data, &size);

	return certificate_write_hex(bytes, size);
}

/* The bytes that the selector means; the caller frees them with
 * OPENSSL_free(). */
static int select_bytes(
	const Tlsa *tlsa, X509 *certificate, unsigned char **der)
{
	return tlsa->selector == SELECTOR_KEY
		       ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), der)
		       : i2d_X509(certificate, der);
}

static bool is_of_one(const Tlsa *tlsa, X509 *certificate)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned char *der = NULL;
	int length = select_bytes(tlsa, certificate, &der);
	g_autoptr(GBytes) selected = NULL;
	unsigned int size = 0;

	if (length > 0 && tlsa->matching == MATCHING_FULL)
		selected = g_bytes_new(der, (gsize)length);
	else if (length > 0 &&
		 EVP_Digest(der, (size_t)length, digest, &size,
			 tlsa->matching == MATCHING_SHA256 ? EVP_sha256()
							   : EVP_sha512(),
			 NULL))
		selected = g_bytes_new(digest, size);
	OPENSSL_free(der);
	return selected != NULL && g_bytes_equal(selected, tlsa->data);
}

bool tlsa_is_of(const Tlsa *tlsa, const Certificate *certificate)
{
	int count = sk_X509_num(certificate->chain);
	int first = tlsa->usage == TLSA_DANE_EE ? 0 : 1;
	int last = tlsa->usage == TLSA_DANE_EE ? 0 : count - 1;

	if (tlsa->unusable != NULL)
		return false;
	for (int i = first; i <= last; i++) {
		if (is_of_one(tlsa, sk_X509_value(certificate->chain, i)))
			return true;
	}
	return false;
}
