/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/message.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <string.h>

#include "cli/alert/paragraph.h"
#include "cli/alert/text.h"
#include "cli/text.h"

static const TextStyle style = {.width = ALERT_MESSAGE_WIDTH, .utf8 = true};

/* What of the news is broken: those come first. What was cut off their end is
 * broken only where nothing in front of it is over. */
typedef struct {
	int64_t broken;
	bool withholds_mail;
	const StoreIncident *first;
} Overview;

static const StoreIncident *get_incident(
	const StoreAlertNews *news, unsigned number)
{
	return g_ptr_array_index(news->incidents, number);
}

static Overview make_overview(const StoreAlertNews *news)
{
	Overview overview = {.first = get_incident(news, 0)};
	bool over = false;

	for (unsigned i = 0; i < news->incidents->len; i++) {
		const StoreIncident *incident = get_incident(news, i);

		over = alert_text_is_over(incident);
		overview.broken += !over;
		overview.withholds_mail =
			overview.withholds_mail ||
			(!over && alert_text_withholds_mail(incident));
	}
	overview.broken += over ? 0 : news->total - news->incidents->len;
	return overview;
}

/* What is like the first incident, and not the first. */
static int64_t count_others(
	const Overview *overview, const StoreAlertNews *news)
{
	return (overview->broken > 0 ? overview->broken : news->total) - 1;
}

/* "The" and "A" go on in small letters, "MTA-STS" does not. */
static void lower_first(char *text)
{
	if (text[0] != '\0' && !g_ascii_isupper(text[1]))
		text[0] = g_ascii_tolower(text[0]);
}

static char *write_subject(const StoreAlertNews *news)
{
	Overview overview = make_overview(news);
	int64_t others = count_others(&overview, news);
	g_autofree char *headline =
		alert_text_write_headline(overview.first, false);
	g_autofree char *more = NULL;

	lower_first(headline);
	if (others > 0)
		more = g_strdup_printf(", and %" PRId64 " more", others);
	return g_strdup_printf("TLS %s: %s%s",
		overview.broken > 0 ? overview.first->severity : "over",
		headline, more != NULL ? more : "");
}

static void append_summary(GString *out, const StoreAlertNews *news)
{
	Overview overview = make_overview(news);
	bool over = overview.broken == 0;
	int64_t others = count_others(&overview, news);
	g_autofree char *headline =
		alert_text_write_headline(overview.first, true);
	GString *text = g_string_new(over ? "Over: " : NULL);

	if (over)
		lower_first(headline);
	g_string_append_printf(text, "%s.", headline);
	if (overview.withholds_mail)
		g_string_append(text, " Senders withhold mail.");
	if (others > 0)
		g_string_append_printf(text, " And %" PRId64 " more %s.",
			others, over ? "are over" : "below");
	text_append_wrapped(out, text->str, 0, ALERT_MESSAGE_WIDTH);
	g_string_free(text, TRUE);
}

static void append_line(GString *out, const StoreIncident *incident)
{
	bool over = alert_text_is_over(incident);
	g_autofree char *headline = alert_text_write_headline(incident, true);
	g_autofree char *figures = alert_text_write_figures(incident);
	g_autofree char *severity = g_ascii_strup(incident->severity, -1);
	g_autofree char *line = g_strdup_printf(
		"%s: %s (%s)", over ? "OVER" : severity, headline, figures);

	text_append_wrapped(out, line, 0, ALERT_MESSAGE_WIDTH);
}

/* What is over needs no more than a line. */
static bool is_described(const StoreAlertNews *news, unsigned number)
{
	return number < ALERT_MESSAGE_WHOLE &&
	       !alert_text_is_over(get_incident(news, number));
}

/* What to do is said once of each type. */
static void append_whole(
	GString *out, const StoreIncident *incident, GHashTable *explained)
{
	bool known =
		!g_hash_table_add(explained, g_strdup(incident->result_type));

	g_string_append_c(out, '\n');
	alert_paragraph_append(out, incident,
		ALERT_PARAGRAPH_NEWS | (known ? ALERT_PARAGRAPH_BRIEF : 0),
		&style);
}

static void append_incidents(GString *out, const StoreAlertNews *news)
{
	g_autoptr(GHashTable) explained =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	unsigned lines = 0;
	unsigned i;

	for (i = 0; i < news->incidents->len && is_described(news, i); i++)
		append_whole(out, get_incident(news, i), explained);
	for (; i < news->incidents->len && lines < ALERT_MESSAGE_LINES; i++) {
		if (lines++ == 0)
			g_string_append_c(out, '\n');
		append_line(out, get_incident(news, i));
	}
	if (news->total > i)
		g_string_append_printf(out,
			"\nAnd %" PRId64
			" more: see \"tlsreport alert list --all\".\n",
			news->total - i);
}

static char *write_text(const AlertOrigin *origin, const StoreAlertNews *news)
{
	g_autofree char *foot = g_strdup_printf(
		"tlsrpt-milter on %s. See what is broken now: tlsreport alert "
		"list",
		origin->host);
	GString *out = g_string_new(NULL);

	append_summary(out, news);
	append_incidents(out, news);
	g_string_append(out, "\n-- \n");
	text_append_wrapped(out, foot, 0, ALERT_MESSAGE_WIDTH);
	if (origin->url != NULL)
		g_string_append_printf(out, "%s\n", origin->url);
	return g_string_free(out, FALSE);
}

static char *write_json(const AlertMessage *message, const AlertOrigin *origin,
	const StoreAlertNews *news)
{
	json_t *object = json_pack("{s:s, s:s, s:s*, s:I, s:o}", "subject",
		message->subject, "text", message->text, "url", origin->url,
		"total", (json_int_t)news->total, "incidents",
		json_loads(news->json, JSON_REJECT_DUPLICATES, NULL));
	char *json = json_dumps(object, JSON_COMPACT);
	char *copy = g_strdup(json);

	json_decref(object);
	free(json);
	return copy;
}

/* Which news these are, whatever their figures have become meanwhile. */
static char *write_id(const StoreAlertNews *news)
{
	GString *text = g_string_new(NULL);

	for (unsigned i = 0; i < news->incidents->len; i++) {
		const StoreIncident *incident = get_incident(news, i);

		g_string_append_printf(text, "%s %s %s\n",
			incident->incident_id, incident->what,
			incident->severity);
	}
	return g_string_free(text, FALSE);
}

void alert_message_init(AlertMessage *message, const AlertOrigin *origin,
	const StoreAlertNews *news)
{
	message->subject = write_subject(news);
	message->text = write_text(origin, news);
	message->json = write_json(message, origin, news);
	message->id = write_id(news);
}

void alert_message_clear(AlertMessage *message)
{
	g_clear_pointer(&message->subject, g_free);
	g_clear_pointer(&message->text, g_free);
	g_clear_pointer(&message->json, g_free);
	g_clear_pointer(&message->id, g_free);
}
