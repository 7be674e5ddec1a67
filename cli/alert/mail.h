/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ALERT_MAIL_H
#define CLI_ALERT_MAIL_H

/* Writes a message as a mail (RFC 5322, one part of text in UTF-8), with lines
 * that end with a newline alone, as sendmail(8) takes it. */

#include <glib.h>
#include <stdint.h>

#include "cli/alert/message.h"

/* `from` is empty where the mail server is to fill it in; `now` is in Unix
 * seconds. */
typedef struct {
	const char *const *to;
	const char *from;
	const char *host;
	int64_t now;
} AlertMailFrame;

/* The same message at another time has the same Message-ID, so that a mailbox
 * that gets it twice may tell. The caller frees the text. */
char *alert_mail_write(
	const AlertMailFrame *frame, const AlertMessage *message);

#endif
