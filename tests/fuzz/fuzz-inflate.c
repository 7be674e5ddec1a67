/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/inflate.h"
#include "tests/fuzz/fuzz.h"

enum {
	LIMIT = 1 << 18,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) packed = g_bytes_new_static(data, size);
	g_autoptr(GPtrArray) files = inflate_all(packed, LIMIT, NULL);
	size_t sum = 0;

	for (guint i = 0; i < files->len; i++)
		sum += g_bytes_get_size(
			((const Inflated *)files->pdata[i])->bytes);
	g_assert_cmpuint(sum, <=, LIMIT);
	return 0;
}
