/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/alert/webhook-post.h"
#include "cli/alert/webhook-secret.h"
#include "tests/test.h"

#define GOOD "0123456789abcdef"
#define FORM                                                                   \
	"must be one line of 16 to 1024 printable ASCII characters without "   \
	"blanks: for a new one, run openssl rand -hex 32"

/* `error` is what follows the name of the file. */
static const struct {
	const char *text;
	int mode;
	const char *error;
} cases[] = {
	{GOOD, 0600, NULL},
	{GOOD "\n", 0640, NULL},
	{GOOD "\r\n", 0400, NULL},
	{GOOD "\n", 0604, "everyone may read or change it: chmod o= it"},
	{GOOD "\n", 0602, "everyone may read or change it: chmod o= it"},
	{"0123456789abcde\n", 0600, FORM},
	{"", 0600, FORM},
	{"0123456789 abcdef", 0600, FORM},
	{GOOD "\nX-Header: 1\n", 0600, FORM},
	{"0123456789abcd\303\244", 0600, FORM},
};

static void check_secret(const char *path, size_t i)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *secret = NULL;

	assert_true(g_file_set_contents(path, cases[i].text, -1, NULL));
	assert_int_equal(g_chmod(path, cases[i].mode), 0);
	secret = webhook_secret_read(path, &error);
	if (cases[i].error == NULL) {
		assert_string_equal(secret, GOOD);
	} else {
		g_autofree char *wanted =
			g_strdup_printf("alert_webhook_secret_file: %s: %s",
				path, cases[i].error);

		assert_null(secret);
		assert_string_equal(error->message, wanted);
	}
}

static void test_files(void **state)
{
	g_autofree char *directory = g_dir_make_tmp(NULL, NULL);
	g_autofree char *path = g_build_filename(directory, "s", NULL);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		check_secret(path, i);
	assert_int_equal(g_unlink(path), 0);
	assert_int_equal(g_rmdir(directory), 0);
}

static void test_no_file(void **state)
{
	g_autofree char *none = webhook_secret_read("", NULL);
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_string_equal(none, "");
	assert_null(webhook_secret_read("/nonexistent/s", &error));
	assert_string_equal(error->message,
		"alert_webhook_secret_file: /nonexistent/s: No such file or "
		"directory");
}

/* Compared with openssl dgst -sha256 -hmac. */
static void test_signature(void **state)
{
	g_autofree char *got = webhook_post_sign(GOOD, 1795867200, "{\"a\":1}");

	(void)state;
	assert_string_equal(got,
		"t=1795867200,v1=4de989acefbc1d1f2bab70f090dd807b"
		"1ecc663d26a728284c0d0da4b14a6a7e");
}

static const struct {
	const char *url;
	const char *origin;
} origins[] = {
	{"https://a.example/T/secret", "https://a.example"},
	{"https://a.example:8443?secret", "https://a.example:8443"},
	{"https://me:secret@a.example/", "https://a.example"},
	{"http://[::1]:9093/api", "http://[::1]:9093"},
	{"", ""},
};

static void test_origins(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(origins); i++) {
		g_autofree char *got = webhook_post_get_origin(origins[i].url);

		assert_string_equal(got, origins[i].origin);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_signature),
		cmocka_unit_test(test_origins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
