/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/host-address.h"
#include "tests/test.h"

static const struct {
	const char *address;
	bool private;
	bool with_loopback;
} addresses[] = {
	{"192.0.2.1", false, false},
	{"198.51.100.7", false, false},
	{"9.255.255.255", false, false},
	{"10.0.0.0", true, true},
	{"11.0.0.0", false, false},
	{"100.63.255.255", false, false},
	{"100.64.0.1", true, true},
	{"100.128.0.0", false, false},
	{"127.0.0.1", false, true},
	{"127.255.255.255", false, true},
	{"169.254.169.254", true, true},
	{"172.15.0.1", false, false},
	{"172.31.255.255", true, true},
	{"172.32.0.1", false, false},
	{"192.168.1.1", true, true},
	{"0.0.0.0", true, true},
	{"224.0.0.1", true, true},
	{"255.255.255.255", true, true},
	{"2001:db8::1", false, false},
	{"::", true, true},
	{"::1", false, true},
	{"::ffff:10.0.0.1", true, true},
	{"::ffff:192.0.2.1", false, false},
	{"fd00::1", true, true},
	{"fe80::1", true, true},
	{"ff02::1", true, true},
};

static void test_private(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
		assert_int_equal(
			host_address_is_private(addresses[i].address, false),
			addresses[i].private);
		assert_int_equal(
			host_address_is_private(addresses[i].address, true),
			addresses[i].with_loopback);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_private),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
