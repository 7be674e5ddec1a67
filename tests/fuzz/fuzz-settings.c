/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "conf/settings.h"
#include "tests/fuzz/fuzz.h"

/* Settings come from a file; this one is in memory. */
static int open_memory(const uint8_t *data, size_t size)
{
	int file = memfd_create("settings", MFD_CLOEXEC);

	g_assert_cmpint(file, >=, 0);
	g_assert_cmpint(write(file, data, size), ==, (gssize)size);
	return file;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int file = open_memory(data, size);
	g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", file);
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings = settings_load(path, &error);

	g_assert_true((settings == NULL) == (error != NULL));
	/* It may also be report_address_file that is wrong. */
	if (error != NULL)
		g_assert_true(g_str_has_prefix(error->message, "/"));
	close(file);
	return 0;
}
