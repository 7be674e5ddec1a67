/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/webhook.h"

#include <gio/gio.h>
#include <string.h>

#include "cli/alert/webhook-form.h"
#include "cli/alert/webhook-post.h"
#include "cli/alert/webhook-secret.h"
#include "parser/json-load.h"

/* What so many alerts as are claimed at a time take is far below. */
#define MEMORY_MAX ((size_t)256 << 20)

static bool check_path(const WebhookForm *form, const char *url, GError **error)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_ENCODED, NULL);

	if (form->path == NULL || (g_uri_get_query(uri) == NULL &&
					  g_uri_get_fragment(uri) == NULL &&
					  g_regex_match_simple(form->path,
						  g_uri_get_path(uri), 0, 0)))
		return true;
	g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
		"alert_webhook: for alert_webhook_form = \"%s\" the URL has to "
		"%s",
		form->name, form->path_rule);
	return false;
}

/* The secret, which the caller frees; NULL when something does not fit. */
static char *open_secret(
	const Settings *settings, const WebhookForm *form, GError **error)
{
	g_autofree char *secret = NULL;

	if (!check_path(form, settings->alert_webhook, error))
		return NULL;
	secret =
		webhook_secret_read(settings->alert_webhook_secret_file, error);
	if (secret == NULL)
		return NULL;
	if (*secret == '\0' && form->secret == WEBHOOK_SECRET_KEY) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
			"alert_webhook_form = \"%s\" needs the integration key "
			"in a file: set alert_webhook_secret_file",
			form->name);
		return NULL;
	}
	return g_steal_pointer(&secret);
}

bool webhook_check(const Settings *settings, GError **error)
{
	g_autofree char *secret = open_secret(settings,
		webhook_form_get(settings->alert_webhook_form), error);

	return secret != NULL;
}

/* Where bodies are posted, which the caller frees. */
static char *make_url(const WebhookForm *form, const char *url)
{
	const char *slash = strrchr(url, '/');

	return form->posted_above && slash != NULL
		       ? g_strndup(url, (size_t)(slash - url + 1))
		       : g_strdup(url);
}

bool webhook_deliver(const Settings *settings, const char *json, int64_t *pause,
	GError **error)
{
	const WebhookForm *form =
		webhook_form_get(settings->alert_webhook_form);
	g_autofree char *secret = open_secret(settings, form, error);
	g_autofree char *url = make_url(form, settings->alert_webhook);
	const WebhookTarget target = {
		.url = url,
		.ca_file = settings->alert_webhook_ca_file,
		.token = form->secret == WEBHOOK_SECRET_TOKEN ? secret : "",
		.key = form->secret == WEBHOOK_SECRET_SIGNS ? secret : "",
	};
	const WebhookFrame frame = {
		.url = settings->alert_webhook,
		.secret = secret,
		.now = g_get_real_time() / G_USEC_PER_SEC,
	};
	g_autoptr(json_t) news = NULL;
	g_autoptr(json_t) bodies = NULL;
	size_t used;

	*pause = 0;
	if (secret == NULL)
		return false;
	news = json_load_bytes(json, strlen(json), MEMORY_MAX, &used, error);
	if (news == NULL)
		return false;
	bodies = form->write(news, &frame);
	return webhook_post_all(&target, bodies, pause, error);
}
