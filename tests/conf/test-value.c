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

static const struct {
	const char *text;
	bool url;
	bool webhook;
} urls[] = {
	{"", true, true},
	{"https://a.example", true, true},
	{"https://me:pw@a.example:8443/a/b?c=d&e=%20f#g", true, true},
	{"https://[2001:db8::1]/a", true, true},
	{"HTTPS://a.example/", true, true},
	{"http://localhost:9093/a", true, true},
	{"http://127.9.9.9/a", true, true},
	{"http://[::1]:9093/a", true, true},
	{"http://a.example/a", true, false},
	{"http://128.0.0.1/a", true, false},
	{"http://127.0.0.1.a.example/a", true, false},
	{"http://localhost.a.example/a", true, false},
	{"http://127.1/a", true, false},
	{"http://localhost@a.example/a", true, false},
	{"http://[::2]/a", true, false},
	{"ftp://localhost/a", false, false},
	{"file:///etc/passwd", false, false},
	{"https:///a", false, false},
	{"https:a.example", false, false},
	{"a.example/a", false, false},
	{"/a", false, false},
	{"https://a.example:x/", false, false},
	{"https://a.example/a b", false, false},
	{"https://a.example/a\nb", false, false},
	{"https://a.example/<b>", false, false},
	{"https://a.example/a|b", false, false},
	{"https://a.example/\"b", false, false},
	{"https://a.example/\\b", false, false},
	{"https://b\303\274.example/", false, false},
};

static void test_urls(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(urls); i++) {
		if (value_is_url(urls[i].text) != urls[i].url)
			fail_msg("URL: %s", urls[i].text);
		if (value_is_webhook(urls[i].text) != urls[i].webhook)
			fail_msg("webhook: %s", urls[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sockets),
		cmocka_unit_test(test_urls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
