/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ALERT_WEBHOOK_NEWS_H
#define CLI_ALERT_WEBHOOK_NEWS_H

/* Reads the news that cli/alert/webhook-form.h describes. */

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* The text of a member, borrowed, or "" for none. */
const char *webhook_news_get_text(const json_t *object, const char *name);

/* The same, or NULL where it is empty. */
const char *webhook_news_find_text(const json_t *object, const char *name);

/* A number as text; sums beyond int64_t are text already. The caller frees
 * it. */
char *webhook_news_get_number(const json_t *object, const char *name);

/* Whether an incident is over. */
bool webhook_news_is_over(const json_t *incident);

/* The severity of what is not over, or "" when all is. */
const char *webhook_news_get_worst(const json_t *news);

/* What an incident is about: its MX host, or its domain, or the program. */
const char *webhook_news_get_source(const json_t *incident);

/* An incident in one line, escaped. The caller frees it. */
char *webhook_news_describe(const json_t *incident);

#endif
