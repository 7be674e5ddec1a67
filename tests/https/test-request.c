/* SPDX-License-Identifier: BSD-2-Clause */
#include "https/request.h"

#include <string.h>

#include "tests/test.h"

/* What the variables are; NULL: not set. */
static struct {
	const char *method;
	const char *type;
	const char *encoding;
	const char *length;
	const char *transfer;
} variables;

static const char *get_variable(const char *name)
{
	const struct {
		const char *name;
		const char *value;
	} all[] = {
		{"REQUEST_METHOD", variables.method},
		{"CONTENT_TYPE", variables.type},
		{"HTTP_CONTENT_ENCODING", variables.encoding},
		{"CONTENT_LENGTH", variables.length},
		{"HTTP_TRANSFER_ENCODING", variables.transfer},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		if (strcmp(all[i].name, name) == 0)
			return all[i].value;
	}
	fail_msg("%s is asked for", name);
	return NULL;
}

static Answer post(const char *type, const char *encoding, const char *length,
	Request *request)
{
	variables.method = "POST";
	variables.type = type;
	variables.encoding = encoding;
	variables.length = length;
	variables.transfer = NULL;
	return request_read(request, get_variable);
}

static void test_methods(void **state)
{
	static const struct {
		const char *method;
		Answer answer;
	} cases[] = {
		{"POST", ANSWER_STORED},
		{"HEAD", ANSWER_READY},
		{"OPTIONS", ANSWER_READY},
		{"GET", ANSWER_METHOD},
		{"PUT", ANSWER_METHOD},
		{"DELETE", ANSWER_METHOD},
		{"post", ANSWER_METHOD},
		{"", ANSWER_METHOD},
		{NULL, ANSWER_METHOD},
	};
	Request request;

	(void)state;
	post("application/tlsrpt+json", NULL, "5", &request);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		variables.method = cases[i].method;
		assert_int_equal(
			request_read(&request, get_variable), cases[i].answer);
		assert_int_equal(request.is_head, i == 1);
	}
}

static void test_types(void **state)
{
	static const struct {
		const char *type;
		Answer answer;
		RequestBody body;
	} cases[] = {
		{"application/tlsrpt+gzip", ANSWER_STORED, REQUEST_BODY_REPORT},
		{"application/tlsrpt+json", ANSWER_STORED, REQUEST_BODY_REPORT},
		{"Application/TLSRPT+Gzip", ANSWER_STORED, REQUEST_BODY_REPORT},
		{" application/tlsrpt+json ; charset=utf-8", ANSWER_STORED,
			REQUEST_BODY_REPORT},
		{"application/tlsrpt+json;", ANSWER_STORED,
			REQUEST_BODY_REPORT},
		{"application/json", ANSWER_STORED, REQUEST_BODY_REPORT},
		{"application/gzip", ANSWER_STORED, REQUEST_BODY_REPORT},
		{"application/x-gzip", ANSWER_STORED, REQUEST_BODY_REPORT},
		{"message/rfc822", ANSWER_STORED, REQUEST_BODY_MESSAGE},
		{NULL, ANSWER_STORED, REQUEST_BODY_UNKNOWN},
		{"", ANSWER_STORED, REQUEST_BODY_UNKNOWN},
		{"application/octet-stream", ANSWER_STORED,
			REQUEST_BODY_UNKNOWN},
		{"application/x-www-form-urlencoded", ANSWER_STORED,
			REQUEST_BODY_UNKNOWN},
		{"text/plain", ANSWER_STORED, REQUEST_BODY_UNKNOWN},
		{"text/html", ANSWER_TYPE, 0},
		{"multipart/form-data; boundary=x", ANSWER_TYPE, 0},
		{"application/tlsrpt", ANSWER_TYPE, 0},
		{"application/tlsrpt+jsonx", ANSWER_TYPE, 0},
		{"application/tlsrpt+json,text/html", ANSWER_TYPE, 0},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		Request request;

		assert_int_equal(post(cases[i].type, NULL, "5", &request),
			cases[i].answer);
		assert_int_equal(request.body, cases[i].body);
	}
}

static void test_encodings(void **state)
{
	static const struct {
		const char *encoding;
		Answer report;
		Answer message;
	} cases[] = {
		{NULL, ANSWER_STORED, ANSWER_STORED},
		{"", ANSWER_STORED, ANSWER_STORED},
		{"identity", ANSWER_STORED, ANSWER_STORED},
		{"gzip", ANSWER_STORED, ANSWER_ENCODING},
		{"X-GZIP", ANSWER_STORED, ANSWER_ENCODING},
		{"br", ANSWER_ENCODING, ANSWER_ENCODING},
		{"deflate", ANSWER_ENCODING, ANSWER_ENCODING},
		{"gzip, br", ANSWER_ENCODING, ANSWER_ENCODING},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		Request request;

		assert_int_equal(post("application/tlsrpt+json",
					 cases[i].encoding, "5", &request),
			cases[i].report);
		assert_int_equal(post("message/rfc822", cases[i].encoding, "5",
					 &request),
			cases[i].message);
	}
}

static void test_lengths(void **state)
{
	static const struct {
		const char *length;
		Answer answer;
		uint64_t number;
	} cases[] = {
		{"1", ANSWER_STORED, 1},
		{"18446744073709551615", ANSWER_STORED, UINT64_MAX},
		{"0", ANSWER_EMPTY, 0},
		{NULL, ANSWER_NO_LENGTH, 0},
		{"", ANSWER_NO_LENGTH, 0},
		{"-1", ANSWER_NO_LENGTH, 0},
		{"+1", ANSWER_NO_LENGTH, 0},
		{" 1", ANSWER_NO_LENGTH, 0},
		{"1 ", ANSWER_NO_LENGTH, 0},
		{"0x10", ANSWER_NO_LENGTH, 0},
		{"1,1", ANSWER_NO_LENGTH, 0},
		{"18446744073709551616", ANSWER_NO_LENGTH, 0},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		Request request;

		assert_int_equal(
			post("message/rfc822", NULL, cases[i].length, &request),
			cases[i].answer);
		assert_int_equal(request.length, cases[i].number);
		assert_int_equal(request.has_length,
			cases[i].answer != ANSWER_NO_LENGTH);
	}
}

static void test_chunks(void **state)
{
	Request request;

	(void)state;
	post("message/rfc822", NULL, NULL, &request);
	variables.transfer = "Chunked";
	assert_int_equal(request_read(&request, get_variable), ANSWER_STORED);
	assert_false(request.has_length);
	variables.transfer = "gzip, chunked";
	assert_int_equal(
		request_read(&request, get_variable), ANSWER_NO_LENGTH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_chunks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
