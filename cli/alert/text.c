/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/text.h"

#include <inttypes.h>
#include <string.h>

enum {
	INDENT = 2,
	NUMBER_WIDTH = 5,
	/* Columns of one name. */
	NAME_LIMIT = 100,
};

char *alert_text_clean(const char *text, bool utf8)
{
	g_autofree char *escaped = text_escape(text, utf8);

	return text_shorten(escaped, NAME_LIMIT, utf8);
}

static bool is(const char *text, const char *other)
{
	return g_strcmp0(text, other) == 0;
}

bool alert_text_is_silence(const StoreIncident *incident)
{
	return is(incident->result_type, "no-reports");
}

bool alert_text_is_over(const StoreIncident *incident)
{
	return is(incident->state, "resolved");
}

bool alert_text_withholds_mail(const StoreIncident *incident)
{
	return incident->withheld_sessions != NULL &&
	       !is(incident->withheld_sessions, "0");
}

char *alert_text_write_title(const StoreIncident *incident, bool utf8)
{
	g_autofree char *type = NULL;

	if (incident->title != NULL)
		return g_strdup(incident->title);
	type = alert_text_clean(incident->result_type, utf8);
	return g_strdup_printf("Sessions fail with %s", type);
}

char *alert_text_write_names(const char *names, const char *count, bool utf8)
{
	g_auto(GStrv) list = g_strsplit(names != NULL ? names : "", "\n", -1);
	gint64 total = count != NULL ? g_ascii_strtoll(count, NULL, 10) : 0;
	gint64 more = total - g_strv_length(list);
	g_autofree char *joined = NULL;

	for (size_t i = 0; list[i] != NULL; i++) {
		char *name = alert_text_clean(list[i], utf8);

		g_free(list[i]);
		list[i] = name;
	}
	joined = g_strjoinv(", ", list);
	if (more <= 0)
		return g_steal_pointer(&joined);
	return g_strdup_printf("%s and %" PRId64 " more", joined, more);
}

/* Which domains: one by its name, more by their number. */
static char *write_domains(const StoreIncident *incident, bool utf8)
{
	if (is(incident->policy_domains, "1"))
		return alert_text_clean(incident->sample_domains, utf8);
	return g_strdup_printf("%s domains", incident->policy_domains);
}

char *alert_text_write_headline(const StoreIncident *incident, bool utf8)
{
	bool silent = alert_text_is_silence(incident);
	const char *name = silent ? incident->organization_name
				  : incident->receiving_mx_hostname;
	g_autofree char *title = alert_text_write_title(incident, utf8);
	g_autofree char *domains = write_domains(incident, utf8);
	g_autofree char *place = alert_text_clean(name, utf8);

	if (silent)
		return g_strdup_printf(
			"%s: %s, about %s", title, place, domains);
	if (*place == '\0')
		return g_strdup_printf("%s for %s", title, domains);
	if (is(incident->policy_domains, "1"))
		return g_strdup_printf("%s at %s", title, place);
	return g_strdup_printf("%s at %s for %s", title, place, domains);
}

char *alert_text_write_days(const StoreIncident *incident)
{
	if (incident->first_day == NULL || !alert_text_is_over(incident))
		return NULL;
	if (is(incident->first_day, incident->last_day))
		return g_strdup(incident->first_day);
	return g_strdup_printf(
		"%s to %s", incident->first_day, incident->last_day);
}

char *alert_text_write_sessions(const StoreIncident *incident)
{
	g_autofree char *share = NULL;

	if (incident->all_sessions == NULL || is(incident->all_sessions, "0"))
		return NULL;
	share = alert_text_write_share(
		incident->failed_sessions, incident->all_sessions);
	return g_strdup_printf("%s of %s sessions, %s",
		incident->failed_sessions, incident->all_sessions, share);
}

/* As many digits as tell something. */
char *alert_text_write_share(const char *failed, const char *sessions)
{
	double all = g_ascii_strtod(sessions, NULL);
	double share = all > 0 ? 100 * g_ascii_strtod(failed, NULL) / all : 0;

	if (all <= 0)
		return g_strdup("-");
	if (share > 0 && share < 0.01)
		return g_strdup("under 0.01 %");
	return g_strdup_printf("%.*f %%",
		share <= 0   ? 0
		: share < 1  ? 2
		: share < 10 ? 1
			     : 0,
		share);
}

char *alert_text_write_figures(const StoreIncident *incident)
{
	g_autofree char *days = alert_text_write_days(incident);
	g_autofree char *sessions = alert_text_write_sessions(incident);

	if (days == NULL)
		days = g_strdup_printf("since %s", incident->first_day);
	if (sessions == NULL)
		return g_steal_pointer(&days);
	return g_strdup_printf("%s failed, %s", sessions, days);
}

TextColour alert_text_get_colour(const StoreIncident *incident)
{
	if (alert_text_is_over(incident))
		return TEXT_GREEN;
	return is(incident->severity, "critical") ? TEXT_RED : TEXT_YELLOW;
}

/* Numbers stand in a column, as long as they are short. */
void alert_text_append_line(
	GString *out, const StoreIncident *incident, const TextStyle *style)
{
	const char *number = incident->incident_id;
	size_t gap = strlen(number) < NUMBER_WIDTH
			     ? NUMBER_WIDTH - strlen(number)
			     : 1;
	g_autofree char *headline =
		alert_text_write_headline(incident, style->utf8);
	g_autofree char *figures = alert_text_write_figures(incident);
	g_autofree char *who = NULL;
	g_autofree char *line = NULL;

	if (is(incident->state, "acknowledged"))
		who = alert_text_clean(incident->acknowledged_by, style->utf8);
	line = g_strdup_printf("%s (%s)%s%s", headline, figures,
		who != NULL ? ", acknowledged by " : "",
		who != NULL ? who : "");
	g_string_append_printf(out, "%*s", INDENT, "");
	text_append_coloured(
		out, style, alert_text_get_colour(incident), number);
	g_string_append_printf(out, "%*s", (int)gap, "");
	text_append_wrapped(out, line, INDENT + NUMBER_WIDTH, style->width);
}
