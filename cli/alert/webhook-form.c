/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/webhook-form.h"

#include <string.h>

#include "cli/alert/webhook-news.h"
#include "cli/alert/webhook-text.h"
#include "conf/settings.h"

enum {
	/* ntfy makes an attachment of more than 4096, and Slack splits what is
	 * longer than about that, in the middle of a code block. */
	TEXT_MAX = 3500,
	SUBJECT_MAX = 250,
};

/* Takes the body. */
static json_t *make_single(json_t *body)
{
	return json_pack("[o]", body);
}

static char *get_subject(const json_t *news)
{
	return webhook_text_cut(
		webhook_news_get_text(news, "subject"), SUBJECT_MAX);
}

json_t *webhook_form_json(
	const json_t *news, G_GNUC_UNUSED const WebhookFrame *frame)
{
	return make_single(json_deep_copy(news));
}

/* The text stands in a code block, which keeps its columns. */
json_t *webhook_form_slack(
	const json_t *news, G_GNUC_UNUSED const WebhookFrame *frame)
{
	g_autofree char *subject = get_subject(news);
	g_autoptr(GString) text = g_string_new(NULL);
	const char *url = webhook_news_find_text(news, "url");

	webhook_text_append(text, subject, webhook_text_mrkdwn);
	g_string_append(text, "\n```\n");
	webhook_text_append_lines(text, webhook_news_get_text(news, "text"),
		TEXT_MAX, webhook_text_mrkdwn);
	g_string_append(text, "```");
	if (url != NULL)
		g_string_append_printf(text, "\n<%s>", url);
	return make_single(json_pack("{s:s, s:b, s:b}", "text", text->str,
		"unfurl_links", 0, "unfurl_media", 0));
}

static char *write_html(const json_t *news, const char *subject)
{
	GString *out = g_string_new("<p><strong>");
	const char *url = webhook_news_find_text(news, "url");

	webhook_text_append(out, subject, webhook_text_html);
	g_string_append(out, "</strong></p><pre><code>");
	webhook_text_append_lines(out, webhook_news_get_text(news, "text"),
		TEXT_MAX, webhook_text_html);
	g_string_append(out, "</code></pre>");
	if (url != NULL) {
		g_autofree char *escaped = g_markup_escape_text(url, -1);

		g_string_append_printf(
			out, "<p><a href=\"%s\">%s</a></p>", escaped, escaped);
	}
	return g_string_free(out, FALSE);
}

json_t *webhook_form_matrix(
	const json_t *news, G_GNUC_UNUSED const WebhookFrame *frame)
{
	g_autofree char *subject = get_subject(news);
	g_autofree char *html = write_html(news, subject);
	g_autoptr(GString) text = g_string_new(NULL);

	webhook_text_append(text, subject, webhook_text_plain);
	g_string_append(text, "\n\n");
	webhook_text_append_lines(text, webhook_news_get_text(news, "text"),
		TEXT_MAX, webhook_text_plain);
	g_string_append(text, webhook_news_get_text(news, "url"));
	return make_single(
		json_pack("{s:s, s:s}", "text", text->str, "html", html));
}

/* From 1, the least, to 5; 3 is what others are. The tags are those that are
 * shown as pictures. */
static const struct {
	const char *severity;
	int priority;
	const char *tag;
} urgencies[] = {
	{"critical", 5, "rotating_light"},
	{"warning", 3, "warning"},
	{"", 2, "white_check_mark"},
};

json_t *webhook_form_ntfy(const json_t *news, const WebhookFrame *frame)
{
	const char *worst = webhook_news_get_worst(news);
	g_autofree char *subject = get_subject(news);
	g_autoptr(GString) text = g_string_new(NULL);
	g_auto(GStrv) parts = g_strsplit(frame->url, "/", -1);
	size_t i = 0;

	while (i + 1 < G_N_ELEMENTS(urgencies) &&
		strcmp(worst, urgencies[i].severity) != 0)
		i++;
	webhook_text_append_lines(text, webhook_news_get_text(news, "text"),
		TEXT_MAX, webhook_text_plain);
	return make_single(json_pack("{s:s, s:s, s:s, s:i, s:[s], s:s*}",
		"topic", parts[g_strv_length(parts) - 1], "title", subject,
		"message", text->str, "priority", urgencies[i].priority, "tags",
		urgencies[i].tag, "click",
		webhook_news_find_text(news, "url")));
}

/* In the order of the words of the option. */
static const WebhookForm forms[] = {
	[SETTINGS_ALERT_WEBHOOK_FORM_JSON] =
		{
			.name = "json",
			.write = webhook_form_json,
		},
	[SETTINGS_ALERT_WEBHOOK_FORM_SLACK] =
		{
			.name = "slack",
			.write = webhook_form_slack,
			.open = true,
		},
	[SETTINGS_ALERT_WEBHOOK_FORM_MATRIX] =
		{
			.name = "matrix",
			.write = webhook_form_matrix,
			.open = true,
		},
	[SETTINGS_ALERT_WEBHOOK_FORM_NTFY] =
		{
			.name = "ntfy",
			.write = webhook_form_ntfy,
			.secret = WEBHOOK_SECRET_TOKEN,
			.path = "^.*/[-_A-Za-z0-9]{1,64}$",
			.path_rule = "end with the topic, such as "
				     "https://ntfy.example.com/topic",
			.posted_above = true,
			.open = true,
		},
	[SETTINGS_ALERT_WEBHOOK_FORM_PAGERDUTY] =
		{
			.name = "pagerduty",
			.write = webhook_form_pagerduty,
			.secret = WEBHOOK_SECRET_KEY,
			.path = "^/v2/enqueue$",
			.path_rule = "end with /v2/enqueue, as "
				     "https://events.pagerduty.com/v2/enqueue "
				     "does",
		},
	[SETTINGS_ALERT_WEBHOOK_FORM_ALERTMANAGER] =
		{
			.name = "alertmanager",
			.write = webhook_form_alertmanager,
			.secret = WEBHOOK_SECRET_TOKEN,
			.path = "^.*/api/v2/alerts$",
			.path_rule = "end with /api/v2/alerts",
		},
};

const WebhookForm *webhook_form_get(int64_t word)
{
	return &forms[word];
}
