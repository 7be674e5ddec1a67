/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/webhook-post.h"

#include <curl/curl.h>
#include <gio/gio.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* Together less than the time after which others deliver, and than
	 * systemd waits for the end of a service. */
	ALL_SECONDS = 45,
	POST_SECONDS = 20,
	CONNECT_SECONDS = 10,
	/* Of the status and header lines, and of the body. */
	HEAD_MAX = 65536,
	ANSWER_MAX = 4096,
	LINE_MAX_BYTES = 200,
	/* In microseconds. */
	MILLISECOND = 1000,
};

typedef struct curl_slist CurlList;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CURL, curl_easy_cleanup)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CurlList, curl_slist_free_all)

/* What one post came to; `answer` is the beginning of the answer's body. */
typedef struct {
	GString *answer;
	/* The bytes before the body, and whether the empty line came that ends
	 * them. */
	size_t head;
	bool complete;
	/* What Retry-After asks for, in seconds, or 0. */
	int64_t pause;
	char problem[CURL_ERROR_SIZE];
} Outcome;

char *webhook_post_get_origin(const char *url)
{
	const char *host = strstr(url, "://");
	const char *end;
	const char *at;

	if (host == NULL)
		return g_strdup("");
	host += strlen("://");
	end = host + strcspn(host, "/?#");
	at = memchr(host, '@', (size_t)(end - host));
	return g_strdup_printf("%.*s%.*s", (int)(host - url), url,
		(int)(end - (at != NULL ? at + 1 : host)),
		at != NULL ? at + 1 : host);
}

char *webhook_post_sign(const char *key, int64_t time, const char *body)
{
	g_autofree char *text = g_strdup_printf("%" PRId64 ".%s", time, body);
	g_autofree char *digest = g_compute_hmac_for_string(
		G_CHECKSUM_SHA256, (const guchar *)key, strlen(key), text, -1);

	return g_strdup_printf("t=%" PRId64 ",v1=%s", time, digest);
}

/* What is not taken ends the transfer. Lines of answers that only announce
 * another one come here, too, and those after the body. */
static size_t on_line(const char *bytes, size_t size, size_t count, void *data)
{
	Outcome *outcome = data;
	size_t length = size * count;

	outcome->head += length;
	if (length >= strlen("HTTP/") &&
		memcmp(bytes, "HTTP/", strlen("HTTP/")) == 0)
		outcome->complete = false;
	else if (length > 0 && (*bytes == '\r' || *bytes == '\n'))
		outcome->complete = true;
	return outcome->head <= HEAD_MAX ? length : 0;
}

static size_t on_answer(
	const char *bytes, size_t size, size_t count, void *data)
{
	Outcome *outcome = data;
	size_t length = size * count;
	size_t room = ANSWER_MAX - outcome->answer->len;

	g_string_append_len(outcome->answer, bytes, (gssize)MIN(length, room));
	return length <= room ? length : 0;
}

static CurlList *append_header(
	CurlList *headers, const char *name, const char *value)
{
	g_autofree char *line = g_strconcat(name, value, NULL);

	return curl_slist_append(headers, line);
}

/* Without "Expect" curl would wait for the server's leave. */
static CurlList *make_headers(const WebhookTarget *target, const char *body)
{
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	CurlList *headers =
		append_header(NULL, "Content-Type: ", "application/json");

	headers = append_header(headers, "Expect:", "");
	if (*target->token != '\0')
		headers = append_header(
			headers, "Authorization: Bearer ", target->token);
	if (*target->key != '\0') {
		g_autofree char *signature =
			webhook_post_sign(target->key, now, body);

		headers =
			append_header(headers, "Tlsrpt-Signature: ", signature);
	}
	return headers;
}

/* curl looks at certificates and follows no redirect unless told otherwise.
 * What is not encrypted stays on this host, whatever proxy there is. */
static CURL *open_connection(const WebhookTarget *target)
{
	CURL *curl = curl_easy_init();

	if (curl == NULL)
		g_error("out of memory");
	curl_easy_setopt(curl, CURLOPT_URL, target->url);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, PACKAGE "/" VERSION);
	curl_easy_setopt(
		curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_line);
	curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_answer);
	if (*target->ca_file != '\0')
		curl_easy_setopt(curl, CURLOPT_CAINFO, target->ca_file);
	if (g_ascii_strncasecmp(target->url, "https:", strlen("https:")) != 0)
		curl_easy_setopt(curl, CURLOPT_PROXY, "");
	return curl;
}

/* The first line of the answer, after a colon, or nothing. */
static char *get_line(const Outcome *outcome)
{
	const char *text = outcome->answer->str;
	size_t length = MIN(strcspn(text, "\r\n"), LINE_MAX_BYTES);
	g_autofree char *line = g_utf8_make_valid(text, (gssize)length);

	return g_strconcat(length > 0 ? ": " : "", line, NULL);
}

/* Of an answer that asks for patience; a date that is over asks for none. */
static int64_t read_pause(CURL *curl, long status)
{
	curl_off_t pause = 0;

	if (status == 429 || status == 503)
		curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &pause);
	return MAX(pause, 0);
}

/* Why there is no answer, or none that counts; NULL when there is one. An
 * answer that goes on for longer than it is read counts by its status. The
 * caller frees the text. */
static char *explain_failure(CURLcode result, const Outcome *outcome)
{
	const char *problem = outcome->problem;

	/* One line that is too long is out of memory to some versions. */
	if (outcome->head > HEAD_MAX || result == CURLE_OUT_OF_MEMORY)
		return g_strdup_printf(
			"its header lines are over %d KiB", HEAD_MAX / 1024);
	if (result != CURLE_OK && result != CURLE_WRITE_ERROR)
		return g_utf8_make_valid(
			*problem != '\0' ? problem : curl_easy_strerror(result),
			-1);
	if (!outcome->complete)
		return g_strdup("the connection ended among the header lines");
	return NULL;
}

static char *explain_status(long status, const Outcome *outcome)
{
	if (status >= 300 && status < 400)
		return g_strdup(" (redirects are not followed)");
	if (outcome->pause > 0)
		return g_strdup_printf(
			" (asks to wait %" PRId64 " s)", outcome->pause);
	return g_strdup("");
}

static bool judge(CURL *curl, CURLcode result, Outcome *outcome,
	const char *origin, GError **error)
{
	g_autofree char *failure = explain_failure(result, outcome);
	g_autofree char *line = get_line(outcome);
	g_autofree char *more = NULL;
	long status = 0;

	if (failure != NULL) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s",
			origin, failure);
		return false;
	}
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (status >= 200 && status < 300)
		return true;
	outcome->pause = read_pause(curl, status);
	more = explain_status(status, outcome);
	g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
		"%s: answered %ld%s%s", origin, status, more, line);
	return false;
}

static bool post(CURL *curl, const WebhookTarget *target, const char *body,
	int64_t left, int64_t *pause, GError **error)
{
	g_autofree char *origin = webhook_post_get_origin(target->url);
	g_autoptr(CurlList) headers = make_headers(target, body);
	g_autoptr(GString) answer = g_string_new(NULL);
	Outcome outcome = {.answer = answer};
	CURLcode result;
	bool done;

	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, &outcome);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &outcome);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, outcome.problem);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
		(long)MIN(left / MILLISECOND, POST_SECONDS * 1000));
	result = curl_easy_perform(curl);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
	done = judge(curl, result, &outcome, origin, error);
	*pause = MIN(outcome.pause, WEBHOOK_POST_PAUSE_MAX);
	return done;
}

static void start_curl(void)
{
	static gsize started;

	if (g_once_init_enter(&started)) {
		curl_global_init(CURL_GLOBAL_DEFAULT);
		g_once_init_leave(&started, 1);
	}
}

/* False without an error when there is no time left. */
static bool post_one(CURL *curl, const WebhookTarget *target,
	const json_t *value, int64_t left, int64_t *pause, GError **error)
{
	char *body;
	bool done;

	if (left < MILLISECOND)
		return false;
	body = json_dumps(value, JSON_COMPACT);
	done = post(curl, target, body, left, pause, error);
	free(body);
	return done;
}

bool webhook_post_all(const WebhookTarget *target, const json_t *bodies,
	int64_t *pause, GError **error)
{
	g_autoptr(CURL) curl = NULL;
	g_autoptr(GError) problem = NULL;
	int64_t deadline =
		g_get_monotonic_time() + ALL_SECONDS * G_USEC_PER_SEC;
	size_t count = json_array_size(bodies);
	size_t i = 0;

	*pause = 0;
	start_curl();
	curl = open_connection(target);
	while (i < count &&
		post_one(curl, target, json_array_get(bodies, i),
			deadline - g_get_monotonic_time(), pause, &problem))
		i++;
	if (problem != NULL)
		g_propagate_error(error, g_steal_pointer(&problem));
	else if (i < count)
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
			"only %zu of %zu incidents were delivered within %d s",
			i, count, ALL_SECONDS);
	return i == count;
}
