/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/inflate.h"
#include "tests/fuzz/fuzz.h"

enum {
	LIMIT = 1 << 18,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) packed = g_bytes_new_static(data, size);
	g_autoptr(GBytes) inflated = NULL;
	bool trailing;

	inflated = inflate_all(packed, LIMIT, &trailing, NULL);
	if (inflated != NULL)
		g_assert_cmpuint(g_bytes_get_size(inflated), <=, LIMIT);
	return 0;
}
