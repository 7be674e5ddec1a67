/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ALERT_MAIL_H
#define CLI_ALERT_MAIL_H

/* Writes the mail about a batch of alerts (RFC 5322, one part of text in
 * UTF-8), with lines that end with a newline alone, as sendmail(8) takes it.
 * Lines have up to 76 columns, except for words that are longer. */

#include <glib.h>
#include <stdint.h>

#include "sql/store-alert.h"

enum {
	/* How many paragraphs there are at most; the rest is counted. */
	ALERT_MAIL_MAX = 100,
};

/* `from` is empty where the mail server is to fill it in; `now` is in Unix
 * seconds. */
typedef struct {
	const char *const *to;
	const char *from;
	const char *host;
	int64_t now;
} AlertMailFrame;

/* There is at least one alert in the news. The same news at another time
 * differ by their date only, so that a mailbox that gets them twice may tell by
 * the Message-ID. The caller frees the text. */
char *alert_mail_write(const AlertMailFrame *frame, const StoreAlertNews *news);

#endif
