/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/webhook-news.h"

#include <string.h>

#include "cli/text.h"

const char *webhook_news_get_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

const char *webhook_news_find_text(const json_t *object, const char *name)
{
	const char *text = webhook_news_get_text(object, name);

	return *text != '\0' ? text : NULL;
}

char *webhook_news_get_number(const json_t *object, const char *name)
{
	const json_t *number = json_object_get(object, name);

	if (json_is_integer(number))
		return g_strdup_printf(
			"%" JSON_INTEGER_FORMAT, json_integer_value(number));
	return g_strdup(
		json_is_string(number) ? json_string_value(number) : "0");
}

bool webhook_news_is_over(const json_t *incident)
{
	const char *what = webhook_news_get_text(incident, "what");

	return strcmp(what, "resolved") == 0 || strcmp(what, "expired") == 0;
}

const char *webhook_news_get_worst(const json_t *news)
{
	const json_t *incidents = json_object_get(news, "incidents");
	const char *worst = "";

	for (size_t i = 0; i < json_array_size(incidents); i++) {
		const json_t *incident = json_array_get(incidents, i);
		const char *severity =
			webhook_news_get_text(incident, "severity");

		if (!webhook_news_is_over(incident) &&
			strcmp(worst, "critical") != 0)
			worst = severity;
	}
	return worst;
}

static const char *get_first_domain(const json_t *incident)
{
	const json_t *domains = json_object_get(incident, "sample_domains");
	const char *domain = json_string_value(json_array_get(domains, 0));

	return domain != NULL ? domain : "";
}

const char *webhook_news_get_source(const json_t *incident)
{
	const char *host =
		webhook_news_get_text(incident, "receiving_mx_hostname");
	const char *domain = get_first_domain(incident);

	if (*host != '\0')
		return host;
	return *domain != '\0' ? domain : "tlsrpt-milter";
}

char *webhook_news_describe(const json_t *incident)
{
	const char *host =
		webhook_news_get_text(incident, "receiving_mx_hostname");
	const char *reporter =
		webhook_news_get_text(incident, "organization_name");
	const char *domain = get_first_domain(incident);
	g_autoptr(GString) out =
		g_string_new(webhook_news_get_text(incident, "title"));

	if (*host != '\0')
		g_string_append_printf(out, " at %s", host);
	else if (*domain != '\0')
		g_string_append_printf(out, " for %s", domain);
	if (*reporter != '\0')
		g_string_append_printf(out, ": %s", reporter);
	return text_escape(out->str, true);
}
