/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_WIRE_H
#define PROBE_WIRE_H

/* A connection by TCP, encrypted or not yet, in which no wait is longer than
 * the deadline. */

#include <glib.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Wire Wire;

/* Connects to an IP address. `source` is an address to connect from, or NULL.
 * `deadline` is in microseconds of g_get_monotonic_time(). NULL and
 * PROBE_ERROR_UNREACHABLE, _TIMEOUT, _NO_ROUTE or _BUSY. The caller closes
 * it. */
Wire *wire_open(const char *address, uint16_t port, const char *source,
	int64_t deadline, GError **error);
void wire_close(Wire *wire);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Wire, wire_close)

/* Some bytes, at most `size`; 0 at the end of the connection. -1 and
 * PROBE_ERROR_UNREACHABLE or _TIMEOUT. */
gssize wire_read(Wire *wire, char *bytes, size_t size, GError **error);

/* All bytes of a text. */
bool wire_write(Wire *wire, const char *text, GError **error);

/* Encrypts, as a client, and takes over the session. PROBE_ERROR_PROTOCOL says
 * in OpenSSL's words why a handshake failed. */
bool wire_start_tls(Wire *wire, SSL *session, GError **error);

/* The session, borrowed; NULL before wire_start_tls(). */
SSL *wire_get_session(Wire *wire);

#endif
