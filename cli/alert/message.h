/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ALERT_MESSAGE_H
#define CLI_ALERT_MESSAGE_H

/* Writes news of incidents for people: the same words on every channel. */

#include <glib.h>
#include <stdint.h>

#include "sql/store-alert.h"

enum {
	/* Columns of a line, except for words that are longer. */
	ALERT_MESSAGE_WIDTH = 76,
	/* How many incidents are described, and how many more get a line;
	 * the rest is counted. */
	ALERT_MESSAGE_WHOLE = 3,
	ALERT_MESSAGE_LINES = 20,
};

/* Where the news come from, and the address of a page that shows more, or NULL.
 * Both are borrowed. */
typedef struct {
	const char *host;
	const char *url;
} AlertOrigin;

/* One line in ASCII: how bad it is, the worst incident, and how many more there
 * are. The news has at least one incident. The caller frees the text. */
char *alert_message_write_subject(const StoreAlertNews *news);

/* All of it, in UTF-8. The caller frees the text. */
char *alert_message_write_text(
	const AlertOrigin *origin, const StoreAlertNews *news);

/* As one line of JSON for programs: an object with subject, text, url (unless
 * it is NULL), total and incidents. The caller frees it. */
char *alert_message_write_json(
	const AlertOrigin *origin, const StoreAlertNews *news);

#endif
