/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/https-request.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/socket.h>

#include "parser/quote.h"
#include "probe/host-address.h"

enum {
	QUOTE_MAX = 200,
	STANDARD_PORT = 443,
	RECEIVE_BUFFER = 65536,
};

/* What ends a connection at the deadline. */
typedef struct {
	int64_t deadline;
	curl_socket_t socket;
} Guard;

/* Where the body goes. */
typedef struct {
	GByteArray *body;
	size_t max;
} Body;

typedef struct curl_slist CurlList;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CURL, curl_easy_cleanup)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CurlList, curl_slist_free_all)

void https_answer_clear(HttpsAnswer *answer)
{
	g_clear_pointer(&answer->media_type, g_free);
	g_clear_pointer(&answer->location, g_free);
	g_clear_pointer(&answer->problem, g_free);
	g_clear_pointer(&answer->body, g_byte_array_unref);
}

/* One byte more than is allowed shows that there was more. */
static size_t on_body(const char *bytes, size_t size, size_t count, void *data)
{
	const Body *body = data;
	size_t length = size * count;
	size_t room = body->max + 1 - body->body->len;

	g_byte_array_append(
		body->body, (const guint8 *)bytes, (guint)MIN(length, room));
	return length <= room ? length : 0;
}

/* curl would take the name of a subject, which does not count (RFC 6125
 * section 6.4.4). */
static bool has_alternative_name(CURL *curl)
{
	static const char name[] = "X509v3 Subject Alternative Name:";
	struct curl_certinfo *chain = NULL;
	const struct curl_slist *line = NULL;

	curl_easy_getinfo(curl, CURLINFO_CERTINFO, &chain);
	if (chain != NULL && chain->num_of_certs > 0)
		line = chain->certinfo[0];
	while (line != NULL && !g_str_has_prefix(line->data, name))
		line = line->next;
	return line != NULL;
}

static void set_source(
	CURL *curl, const HttpsRequestOptions *options, const char *address)
{
	bool ipv6 = strchr(address, ':') != NULL;
	const char *const *source = options->sources;

	for (; source != NULL && *source != NULL; source++) {
		if ((strchr(*source, ':') != NULL) == ipv6)
			curl_easy_setopt(curl, CURLOPT_INTERFACE, *source);
	}
}

/* The address is pinned: what the DNS says has been asked, and validated,
 * before. */
static CurlList *pin(const char *host, const char *address, unsigned int port)
{
	bool ipv6 = strchr(address, ':') != NULL;
	g_autofree char *line = g_strdup_printf("%s:%u:%s%s%s", host, port,
		ipv6 ? "[" : "", address, ipv6 ? "]" : "");

	return curl_slist_append(NULL, line);
}

/* A small buffer: what is in it is still read after the end. */
static curl_socket_t on_socket(
	void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
	static const int size = RECEIVE_BUFFER;
	Guard *guard = data;

	(void)purpose;
	guard->socket = socket(address->family,
		address->socktype | SOCK_CLOEXEC, address->protocol);
	if (guard->socket != CURL_SOCKET_BAD)
		setsockopt(guard->socket, SOL_SOCKET, SO_RCVBUF, &size,
			sizeof(size));
	return guard->socket;
}

/* NOLINTNEXTLINE(readability-function-size): OpenSSL's own prototype */
static void on_record(int written, int version, int type, const void *bytes,
	size_t size, SSL *ssl, void *data)
{
	const Guard *guard = data;

	(void)written;
	(void)version;
	(void)type;
	(void)bytes;
	(void)size;
	(void)ssl;
	if (g_get_monotonic_time() >= guard->deadline)
		shutdown(guard->socket, SHUT_RDWR);
}

static CURLcode on_context(CURL *curl, void *context, void *data)
{
	(void)curl;
	SSL_CTX_set_msg_callback(context, on_record);
	SSL_CTX_set_msg_callback_arg(context, data);
	return CURLE_OK;
}

/* OpenSSL does not come back while a handshake has no end, so that curl does
 * not see that its time is over. */
static void set_guard(CURL *curl, Guard *guard)
{
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, guard);
	curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, on_context);
	curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, guard);
}

static CURL *open_handle(
	const HttpsRequestOptions *options, const char *address)
{
	CURL *curl = curl_easy_init();

	if (curl == NULL)
		g_error("out of memory");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, PACKAGE "/" VERSION);
	curl_easy_setopt(
		curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);
	if (*options->ca_file != '\0') {
		curl_easy_setopt(curl, CURLOPT_CAINFO, options->ca_file);
		curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	}
	set_source(curl, options, address);
	return curl;
}

static void read_answer(CURL *curl, HttpsAnswer *answer)
{
	const char *type = NULL;
	const char *location = NULL;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
	curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
	curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &location);
	if (type != NULL) {
		g_autofree char *word = g_strndup(type, strcspn(type, "; \t"));

		answer->media_type = g_ascii_strdown(word, -1);
	} else {
		answer->media_type = g_strdup("");
	}
	if (location != NULL)
		answer->location =
			quote_text(location, strlen(location), QUOTE_MAX);
}

static HttpsOutcome judge(CURLcode result)
{
	switch (result) {
	case CURLE_OK:
	case CURLE_WRITE_ERROR:
		return HTTPS_DONE;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
		return HTTPS_CERTIFICATE;
	case CURLE_INTERFACE_FAILED:
	case CURLE_FAILED_INIT:
	case CURLE_OUT_OF_MEMORY:
	case CURLE_SSL_CACERT_BADFILE:
		return HTTPS_NO_ROUTE;
	default:
		return HTTPS_UNREACHABLE;
	}
}

static void start_curl(void)
{
	static gsize started;

	if (g_once_init_enter(&started)) {
		curl_global_init(CURL_GLOBAL_DEFAULT);
		g_once_init_leave(&started, 1);
	}
}

/* The kernel knows no way, or has no file left for it: nothing is said about
 * the server. */
static bool has_no_route(CURL *curl, const Guard *guard, CURLcode result)
{
	long number = 0;

	if (guard->socket == CURL_SOCKET_BAD)
		return result == CURLE_COULDNT_CONNECT;
	curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &number);
	return result == CURLE_COULDNT_CONNECT &&
	       (number == ENETUNREACH || number == EAFNOSUPPORT ||
		       number == EADDRNOTAVAIL);
}

/* What is asked, and where; GET unless there is another method, whose answer
 * has no body for us. */
static void set_request(CURL *curl, const HttpsRequest *request)
{
	g_autofree char *url = g_strdup_printf("https://%s:%u%s", request->host,
		request->port, request->target);

	curl_easy_setopt(curl, CURLOPT_URL, url);
	if (request->method == NULL)
		return;
	curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
}

static void perform(CURL *curl, const Guard *guard, HttpsAnswer *answer)
{
	char problem[CURL_ERROR_SIZE] = "";
	CURLcode result;

	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, problem);
	result = curl_easy_perform(curl);
	read_answer(curl, answer);
	if (result == CURLE_OK && !has_alternative_name(curl)) {
		result = CURLE_PEER_FAILED_VERIFICATION;
		g_strlcpy(problem, "the certificate has no name of the DNS",
			sizeof(problem));
	}
	answer->outcome = has_no_route(curl, guard, result) ? HTTPS_NO_ROUTE
							    : judge(result);
	if (answer->outcome != HTTPS_DONE)
		answer->problem = g_utf8_make_valid(
			*problem != '\0' ? problem : curl_easy_strerror(result),
			-1);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
}

static void stop(HttpsAnswer *answer, HttpsOutcome outcome, const char *problem)
{
	answer->outcome = outcome;
	answer->problem = g_strdup(problem);
}

void https_request_run(const HttpsRequest *request,
	const HttpsRequestOptions *options, int64_t deadline,
	HttpsAnswer *answer)
{
	int64_t left = (deadline - g_get_monotonic_time()) / 1000;
	Guard guard = {deadline, CURL_SOCKET_BAD};
	Body body;
	g_autoptr(CURL) curl = NULL;
	g_autoptr(CurlList) pinned = NULL;

	*answer = (HttpsAnswer){.body = g_byte_array_new()};
	body = (Body){answer->body, request->body_max};
	if (host_address_is_private(
		    request->address, options->port == STANDARD_PORT)) {
		stop(answer, HTTPS_UNREACHABLE, "it is not a public address");
		return;
	}
	if (left <= 0) {
		stop(answer, HTTPS_NO_ROUTE, "no time was left for it");
		return;
	}
	start_curl();
	curl = open_handle(options, request->address);
	set_guard(curl, &guard);
	pinned = pin(request->host, request->address, request->port);
	curl_easy_setopt(curl, CURLOPT_RESOLVE, pinned);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)left);
	set_request(curl, request);
	perform(curl, &guard, answer);
}
