/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ALERT_WEBHOOK_POST_H
#define CLI_ALERT_WEBHOOK_POST_H

/* Posts JSON over HTTPS. */

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* How long an answer can have nothing posted for, in seconds. */
#define WEBHOOK_POST_PAUSE_MAX 3600

/* `ca_file` is empty for the authorities of the system alone; `token` goes
 * after "Authorization: Bearer", `key` signs; both are empty for none. */
typedef struct {
	const char *url;
	const char *ca_file;
	const char *token;
	const char *key;
} WebhookTarget;

/* The scheme, host and port of a URL, for messages: the rest may be secret. The
 * caller frees it. */
char *webhook_post_get_origin(const char *url);

/* The value of Tlsrpt-Signature: the time in Unix seconds and the HMAC with
 * SHA-256, in hexadecimal, of that time, a full stop and the body. The caller
 * frees it. */
char *webhook_post_sign(const char *key, int64_t time, const char *body);

/* Posts each of an array of bodies, one after the other, until one fails. All
 * of it takes at most 45 s. Whoever answers with another status than 2xx has
 * refused; redirects are not followed. Of an answer at most 64 KiB of header
 * lines are read, or it is none, and 4 KiB of the body. `pause` is what an
 * answer 429 or 503 asks for with Retry-After (RFC 9110 section 10.2.3), in
 * seconds and at most WEBHOOK_POST_PAUSE_MAX, or else 0.
 * Errors: G_IO_ERROR_FAILED, with the origin of the URL and the first line of
 * the answer, which may have any characters in UTF-8. */
bool webhook_post_all(const WebhookTarget *target, const json_t *bodies,
	int64_t *pause, GError **error);

#endif
