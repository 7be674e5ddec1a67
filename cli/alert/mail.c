/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/mail.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "cli/alert/text.h"
#include "cli/text.h"

enum {
	WIDTH = 76,
	/* A folded line begins with a blank, and may be read as one with it. */
	SUBJECT_WIDTH = WIDTH - 10,
};

static const TextStyle style = {.width = WIDTH, .utf8 = true};

/* What of the news is broken and what is over, in alerts; `rest` is what has no
 * paragraph. News are sorted: what was cut off their end is broken only where
 * nothing in front of it is over. */
typedef struct {
	int64_t broken;
	int64_t rest;
	bool withholds_mail;
	const StoreAlert *first;
} Overview;

/* How many alerts are in one. */
static int64_t count_alerts(const StoreAlert *alert)
{
	int64_t count = 1;

	for (const char *c = alert->ids; *c != '\0'; c++)
		count += *c == ' ';
	return count;
}

static Overview make_overview(const StoreAlertNews *news)
{
	Overview overview = {.first = news->alerts->pdata[0]};
	bool over = false;

	for (unsigned i = 0; i < news->alerts->len; i++) {
		const StoreAlert *alert = news->alerts->pdata[i];
		int64_t count = count_alerts(alert);

		over = over || alert_text_is_over(alert);
		overview.broken += over ? 0 : count;
		overview.withholds_mail =
			overview.withholds_mail ||
			(!over && alert_text_withholds_mail(alert));
		overview.rest += i < ALERT_MAIL_MAX ? 0 : count;
	}
	overview.rest += news->total - news->count;
	overview.broken += over ? 0 : news->total - news->count;
	return overview;
}

/* What is said in other words than of the first alert. */
static int64_t count_others(const Overview *overview, int64_t all)
{
	return all - count_alerts(overview->first);
}

/* "The" and "A" go on in small letters, "MTA-STS" does not. */
static void lower_first(char *text)
{
	if (text[0] != '\0' && !g_ascii_isupper(text[1]))
		text[0] = g_ascii_tolower(text[0]);
}

static char *write_subject(const Overview *overview, const StoreAlertNews *news)
{
	const StoreAlert *first = overview->first;
	bool over = alert_text_is_over(first);
	int64_t others =
		count_others(overview, over ? news->total : overview->broken);
	g_autofree char *headline = alert_text_write_headline(first, false);
	g_autofree char *more = NULL;

	lower_first(headline);
	if (others > 0)
		more = g_strdup_printf(", and %" PRId64 " more", others);
	return g_strdup_printf("TLS %s: %s%s", over ? "over" : first->severity,
		headline, more != NULL ? more : "");
}

static void append_summary(
	GString *out, const Overview *overview, const StoreAlertNews *news)
{
	const StoreAlert *first = overview->first;
	bool over = alert_text_is_over(first);
	int64_t others =
		count_others(overview, over ? news->total : overview->broken);
	g_autofree char *headline = alert_text_write_headline(first, true);
	GString *text = g_string_new(over ? "Over: " : NULL);

	if (over)
		lower_first(headline);
	g_string_append_printf(text, "%s.", headline);
	if (overview->withholds_mail)
		g_string_append(text, " Senders withhold mail.");
	if (others > 0)
		g_string_append_printf(text, " And %" PRId64 " more %s.",
			others, over ? "are over" : "below");
	text_append_wrapped(out, text->str, 0, WIDTH);
	g_string_free(text, TRUE);
}

/* What to do is said once of each type. */
static void append_alert(
	GString *out, const StoreAlert *alert, GHashTable *explained)
{
	bool over = alert_text_is_over(alert);
	unsigned purpose = over ? ALERT_TEXT_OVER : ALERT_TEXT_BROKEN;

	if (!over && !g_hash_table_add(explained, g_strdup(alert->result_type)))
		purpose |= ALERT_TEXT_BRIEF;
	g_string_append_c(out, '\n');
	alert_text_append(out, alert, purpose, &style);
}

static char *write_body(const AlertMailFrame *frame, const StoreAlertNews *news)
{
	Overview overview = make_overview(news);
	g_autoptr(GHashTable) explained =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *foot = g_strdup_printf(
		"tlsrpt-milter on %s. See what is broken now: tlsreport alert "
		"list",
		frame->host);
	GString *out = g_string_new(NULL);

	append_summary(out, &overview, news);
	for (unsigned i = 0; i < MIN(news->alerts->len, ALERT_MAIL_MAX); i++)
		append_alert(out, news->alerts->pdata[i], explained);
	if (overview.rest > 0)
		g_string_append_printf(out,
			"\nAnd %" PRId64
			" more: see \"tlsreport alert list --all\".\n",
			overview.rest);
	g_string_append(out, "\n-- \n");
	text_append_wrapped(out, foot, 0, WIDTH);
	return g_string_free(out, FALSE);
}

static void append_addresses(GString *out, const char *const *to)
{
	g_string_append(out, "To:");
	for (size_t i = 0; to[i] != NULL; i++)
		g_string_append_printf(out, "%s %s", i > 0 ? ",\n" : "", to[i]);
	g_string_append_c(out, '\n');
}

static void append_date(GString *out, int64_t now)
{
	static const char *const days[] = {
		"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(now);

	/* The names are not those of the locale. */
	g_string_append_printf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\n",
		days[g_date_time_get_day_of_week(time) - 1],
		g_date_time_get_day_of_month(time),
		months[g_date_time_get_month(time) - 1],
		g_date_time_get_year(time), g_date_time_get_hour(time),
		g_date_time_get_minute(time), g_date_time_get_second(time));
}

static void append_message_id(GString *out, const AlertMailFrame *frame,
	const StoreAlertNews *news, const char *body)
{
	g_autofree char *text =
		g_strdup_printf("%" PRId64 "\n%s", news->last, body);
	g_autofree char *digest =
		g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
	const char *at = strrchr(frame->from, '@');

	g_string_append_printf(out, "Message-ID: <tlsrpt-alert.%.32s@%s>\n",
		digest, at != NULL ? at + 1 : frame->host);
}

char *alert_mail_write(const AlertMailFrame *frame, const StoreAlertNews *news)
{
	Overview overview = make_overview(news);
	g_autofree char *subject = write_subject(&overview, news);
	g_autofree char *body = write_body(frame, news);
	GString *out = g_string_new(NULL);

	append_date(out, frame->now);
	if (*frame->from != '\0')
		g_string_append_printf(out, "From: %s\n", frame->from);
	append_addresses(out, frame->to);
	g_string_append(out, "Subject: ");
	text_append_wrapped(out, subject, 1, SUBJECT_WIDTH);
	append_message_id(out, frame, news, body);
	g_string_append(out, "MIME-Version: 1.0\n"
			     "Content-Type: text/plain; charset=utf-8\n"
			     "Content-Transfer-Encoding: 8bit\n"
			     "Auto-Submitted: auto-generated\n\n");
	g_string_append(out, body);
	return g_string_free(out, FALSE);
}
