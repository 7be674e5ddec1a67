/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ALERT_WEBHOOK_FORM_H
#define CLI_ALERT_WEBHOOK_FORM_H

/* Writes news of incidents in the form of those who receive them.
 *
 * News is an object: `subject`, `text` of several lines, `url` of a page where
 * there is one, `total`, and `incidents`, an array of objects with the columns
 * of v_incident and `what` has become of each: opened, reopened, escalated,
 * resolved, expired or test. What is missing counts as empty. */

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* `url` is that of the option; `secret` is empty where there is none; `now` is
 * in Unix seconds. */
typedef struct {
	const char *url;
	const char *secret;
	int64_t now;
} WebhookFrame;

typedef json_t *WebhookWrite(const json_t *news, const WebhookFrame *frame);

/* What becomes of the secret. */
typedef enum {
	/* It signs the body. */
	WEBHOOK_SECRET_SIGNS,
	/* It is the token after "Authorization: Bearer". */
	WEBHOOK_SECRET_TOKEN,
	/* It is in the body, and nothing works without it. */
	WEBHOOK_SECRET_KEY,
} WebhookSecretUse;

/* A form. `path` is a regular expression for the path of the URL, or NULL, and
 * `path_rule` says it in words; `posted_above` says that bodies are posted to
 * the URL without the last part of its path; `open` that anyone who knows the
 * URL may post to it. */
typedef struct {
	const char *name;
	WebhookWrite *write;
	const char *path;
	const char *path_rule;
	WebhookSecretUse secret;
	bool posted_above;
	bool open;
} WebhookForm;

/* The form of a word of alert_webhook_form. */
const WebhookForm *webhook_form_get(int64_t word);

/* Each returns an array of bodies, to be posted one after the other, which the
 * caller owns. The same news has the same keys each time, so that what is
 * posted twice is no news. */

/* The news as it is. */
WebhookWrite webhook_form_json;
/* Incoming webhooks of Slack and Mattermost. */
WebhookWrite webhook_form_slack;
/* Generic webhooks of matrix-hookshot. */
WebhookWrite webhook_form_matrix;
/* ntfy, publishing as JSON. */
WebhookWrite webhook_form_ntfy;
/* Events API v2 of PagerDuty: an event for each incident, at most a hundred,
 * the worst first, and one for all others of `total`. */
WebhookWrite webhook_form_pagerduty;
/* POST /api/v2/alerts of Alertmanager. */
WebhookWrite webhook_form_alertmanager;

#endif
