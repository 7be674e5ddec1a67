/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/wire.h"

#include <gio/gio.h>
#include <openssl/err.h>
#include <string.h>

#include "probe/error.h"

enum {
	/* Of a handshake and replies, which are far smaller. */
	WIRE_BYTES_MAX = 1024 * 1024,
};

struct Wire {
	GSocket *socket;
	SSL *session;
	int64_t deadline;
};

static bool fail_timeout(GError **error)
{
	g_set_error(
		error, PROBE_ERROR, PROBE_ERROR_TIMEOUT, "no answer in time");
	return false;
}

/* Waits for the condition; false at the deadline. */
static bool wait_until(Wire *wire, GIOCondition condition, GError **error)
{
	int64_t left = wire->deadline - g_get_monotonic_time();

	if (left > 0 && g_socket_condition_timed_wait(
				wire->socket, condition, left, NULL, NULL))
		return true;
	return fail_timeout(error);
}

/* That there is no way to the network, or no file left for it, is known at
 * once, and says nothing of the other end. */
static bool fail_connect(const GError *problem, GError **error)
{
	bool here = g_error_matches(problem, G_IO_ERROR,
			    G_IO_ERROR_NETWORK_UNREACHABLE) ||
		    g_error_matches(
			    problem, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED) ||
		    g_error_matches(
			    problem, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE) ||
		    g_error_matches(
			    problem, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
	bool busy = g_error_matches(
		problem, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES);

	g_set_error(error, PROBE_ERROR,
		busy   ? PROBE_ERROR_BUSY
		: here ? PROBE_ERROR_NO_ROUTE
		       : PROBE_ERROR_UNREACHABLE,
		"%s", problem->message);
	return false;
}

static bool bind_source(GSocket *socket, const char *source, GError **error)
{
	g_autoptr(GSocketAddress) from = NULL;

	if (source == NULL)
		return true;
	from = g_inet_socket_address_new_from_string(source, 0);
	return from != NULL && g_socket_bind(socket, from, FALSE, error);
}

static bool begin(
	GSocket *socket, GSocketAddress *to, const char *source, GError **error)
{
	g_autoptr(GError) problem = NULL;

	g_socket_set_blocking(socket, FALSE);
	if (!bind_source(socket, source, &problem)) {
		g_set_error(error, PROBE_ERROR, PROBE_ERROR_NO_ROUTE,
			"cannot connect from %s: %s", source,
			problem != NULL ? problem->message : "no IP address");
		return false;
	}
	return g_socket_connect(socket, to, NULL, &problem) ||
	       g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_PENDING) ||
	       fail_connect(problem, error);
}

static bool finish(Wire *wire, GError **error)
{
	g_autoptr(GError) problem = NULL;

	return wait_until(wire, G_IO_OUT, error) &&
	       (g_socket_check_connect_result(wire->socket, &problem) ||
		       fail_connect(problem, error));
}

Wire *wire_open(const char *address, uint16_t port, const char *source,
	int64_t deadline, GError **error)
{
	g_autoptr(GSocketAddress) to =
		g_inet_socket_address_new_from_string(address, port);
	g_autoptr(Wire) wire = g_new0(Wire, 1);
	g_autoptr(GError) problem = NULL;

	if (g_get_monotonic_time() >= deadline) {
		g_set_error(error, PROBE_ERROR, PROBE_ERROR_BUSY,
			"no time was left for it");
		return NULL;
	}
	wire->deadline = deadline;
	wire->socket = g_socket_new(g_socket_address_get_family(to),
		G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &problem);
	if (wire->socket == NULL) {
		fail_connect(problem, error);
		return NULL;
	}
	if (!begin(wire->socket, to, source, error) || !finish(wire, error))
		return NULL;
	return g_steal_pointer(&wire);
}

void wire_close(Wire *wire)
{
	if (wire == NULL)
		return;
	SSL_free(wire->session);
	g_clear_object(&wire->socket);
	g_free(wire);
}

SSL *wire_get_session(Wire *wire)
{
	return wire->session;
}

/* What OpenSSL says of the last failure, or that the connection was closed. */
static bool fail_tls(GError **error)
{
	unsigned long code = ERR_peek_last_error();
	const char *reason = ERR_reason_error_string(code);

	if (code == 0 ||
		ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
		reason = "the connection was closed";
	g_set_error(error, PROBE_ERROR, PROBE_ERROR_PROTOCOL, "%s",
		reason != NULL ? reason : "an unknown error");
	ERR_clear_error();
	return false;
}

/* After a call that returned `result`: true when it is to be made again. */
static bool may_repeat(Wire *wire, int result, GError **error)
{
	switch (SSL_get_error(wire->session, result)) {
	case SSL_ERROR_WANT_READ:
		return wait_until(wire, G_IO_IN, error);
	case SSL_ERROR_WANT_WRITE:
		return wait_until(wire, G_IO_OUT, error);
	default:
		return fail_tls(error);
	}
}

/* The library reads on while there is something to read: the deadline has to be
 * looked at, and the bytes counted, each time. */
/* NOLINTBEGIN(readability-*): the prototype is that of OpenSSL */
static long on_transfer(BIO *bio, int operation, const char *bytes, size_t size,
	int number, long option, int result, size_t *done)
/* NOLINTEND(readability-*) */
{
	const Wire *wire = (const Wire *)BIO_get_callback_arg(bio);

	(void)bytes;
	(void)size;
	(void)number;
	(void)option;
	(void)done;
	if (operation != BIO_CB_READ)
		return result;
	BIO_clear_retry_flags(bio);
	if (BIO_number_read(bio) > WIRE_BYTES_MAX)
		ERR_raise(ERR_LIB_SSL, SSL_R_EXCESSIVE_MESSAGE_SIZE);
	else if (g_get_monotonic_time() < wire->deadline)
		return result;
	else
		BIO_set_retry_read(bio);
	return -1;
}

bool wire_start_tls(Wire *wire, SSL *session, GError **error)
{
	int result;

	wire->session = session;
	SSL_set_fd(session, g_socket_get_fd(wire->socket));
	BIO_set_callback_ex(SSL_get_rbio(session), on_transfer);
	BIO_set_callback_arg(SSL_get_rbio(session), (char *)wire);
	ERR_clear_error();
	while ((result = SSL_connect(session)) != 1) {
		if (!may_repeat(wire, result, error))
			return false;
	}
	return true;
}

static gssize read_tls(Wire *wire, char *bytes, size_t size, GError **error)
{
	int result;

	ERR_clear_error();
	while ((result = SSL_read(wire->session, bytes, (int)size)) <= 0) {
		if (SSL_get_error(wire->session, result) ==
			SSL_ERROR_ZERO_RETURN)
			return 0;
		if (!may_repeat(wire, result, error))
			return -1;
	}
	return result;
}

static gssize fail_socket(const GError *problem, GError **error)
{
	g_set_error(error, PROBE_ERROR, PROBE_ERROR_UNREACHABLE, "%s",
		problem->message);
	return -1;
}

gssize wire_read(Wire *wire, char *bytes, size_t size, GError **error)
{
	g_autoptr(GError) problem = NULL;
	gssize result = -1;

	if (wire->session != NULL)
		return read_tls(wire, bytes, size, error);
	if (!wait_until(wire, G_IO_IN, error))
		return -1;
	result = g_socket_receive(wire->socket, bytes, size, NULL, &problem);
	return problem != NULL ? fail_socket(problem, error) : result;
}

static bool write_tls(Wire *wire, const char *text, GError **error)
{
	int result;

	ERR_clear_error();
	while ((result = SSL_write(wire->session, text, (int)strlen(text))) <=
		0) {
		if (!may_repeat(wire, result, error))
			return false;
	}
	return true;
}

bool wire_write(Wire *wire, const char *text, GError **error)
{
	g_autoptr(GError) problem = NULL;
	size_t length = strlen(text);

	if (wire->session != NULL)
		return write_tls(wire, text, error);
	while (length > 0) {
		gssize written;

		if (!wait_until(wire, G_IO_OUT, error))
			return false;
		written = g_socket_send(
			wire->socket, text, length, NULL, &problem);
		if (written < 0)
			return fail_socket(problem, error) > 0;
		text += written;
		length -= (size_t)written;
	}
	return true;
}
