/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fuzz/fuzz.h"
#include "trust/authres.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autoptr(Authres) authres = authres_parse(text);

	if (authres == NULL)
		return 0;
	g_assert_cmpuint(authres->dkim->len, <=, AUTHRES_RESULTS_MAX);
	g_assert_true(authres_is_from(authres, authres->authserv_id));
	return 0;
}
