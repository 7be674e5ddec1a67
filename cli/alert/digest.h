/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ALERT_DIGEST_H
#define CLI_ALERT_DIGEST_H

/* Says in words how things stand and what the last days were like. */

#include <glib.h>

#include "cli/alert/message.h"
#include "cli/text.h"
#include "sql/store-digest.h"

/* From good to bad; nothing is known as long as there is no report. What
 * somebody has acknowledged is not bad. */
typedef enum {
	DIGEST_WELL,
	DIGEST_WARNING,
	DIGEST_CRITICAL,
	DIGEST_UNKNOWN,
} DigestVerdict;

DigestVerdict digest_get_verdict(const StoreDigest *digest);

/* How many of the incidents, which come first, are not over. */
unsigned digest_count_open(const StoreDigest *digest);

/* The verdict as a sentence without a full stop: "All is well: nothing has
 * failed for 41 days". The caller frees it. */
char *digest_write_verdict(const StoreDigest *digest);

/* Appends the incidents, the numbers of the period beside those of the one
 * before, and what to do next. */
void digest_append(
	GString *out, const StoreDigest *digest, const TextStyle *style);

/* The message about a period, whose JSON has no incidents, and `digest`, an
 * object. */
void digest_init_message(AlertMessage *message, const AlertOrigin *origin,
	const StoreDigest *digest);

#endif
