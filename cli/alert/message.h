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

/* What a channel delivers: a line in ASCII, all of it in UTF-8, the same for
 * programs as a line of JSON, and what tells it from other messages: the same
 * news delivered again are the same message. */
typedef struct {
	char *subject;
	char *text;
	char *json;
	char *id;
} AlertMessage;

void alert_message_clear(AlertMessage *message);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AlertMessage, alert_message_clear)

/* About news, of which there is at least one incident. The JSON is an object
 * with subject, text, url (unless it is NULL), total and incidents. */
void alert_message_init(AlertMessage *message, const AlertOrigin *origin,
	const StoreAlertNews *news);

#endif
