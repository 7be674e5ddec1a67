/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/value.h"

#include <stdbool.h>

#include "tests/test.h"

#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const struct {
	const char *text;
	bool good;
} sockets[] = {
	{"unix:/a", true},
	/* As long as sun_path allows, with its NUL. */
	{"unix:/" HUNDRED "123456", true},
	{"unix:/" HUNDRED "1234567", false},
	{"unix:a", false},
	{"unix:", false},
	{"local:/a", false},
	{"/a", false},
	{"inet:1@h", true},
	{"inet:65535@h", true},
	{"inet:65536@h", false},
	{"inet:0@h", false},
	{"inet:-1@h", false},
	{"inet:1@", false},
	{"inet6:1@::1", true},
};

static void test_sockets(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(sockets); i++) {
		if (value_is_socket(sockets[i].text) != sockets[i].good)
			fail_msg("%s", sockets[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sockets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
