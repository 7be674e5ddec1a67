/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/digest.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <string.h>

#include "cli/alert/paragraph.h"
#include "cli/alert/text.h"

enum {
	INDENT = 2,
	/* How many that are open, and that are over, have a line. */
	LINES_MAX = 20,
	/* Days without a report after which something is wrong: a report comes
	 * on the day after, or a few days late. */
	AGE_MAX = 4,
};

static int64_t get_number(const char *text)
{
	return text != NULL ? g_ascii_strtoll(text, NULL, 10) : 0;
}

static const StoreIncident *get_incident(
	const GPtrArray *incidents, unsigned number)
{
	return g_ptr_array_index(incidents, number);
}

unsigned digest_count_open(const StoreDigest *digest)
{
	unsigned count = 0;

	while (count < digest->incidents->len &&
		!alert_text_is_over(get_incident(digest->incidents, count)))
		count++;
	return count;
}

static bool is_known(const StoreIncident *incident)
{
	return strcmp(incident->state, "acknowledged") == 0;
}

static unsigned count_unknown(const StoreDigest *digest)
{
	unsigned count = 0;

	for (unsigned i = 0; i < digest_count_open(digest); i++)
		count += !is_known(get_incident(digest->incidents, i));
	return count;
}

static bool withholds_mail(const StoreDigest *digest)
{
	for (unsigned i = 0; i < digest_count_open(digest); i++) {
		if (alert_text_withholds_mail(
			    get_incident(digest->incidents, i)))
			return true;
	}
	return false;
}

static bool is_late(const StoreDigest *digest)
{
	return get_number(digest->age) > AGE_MAX;
}

DigestVerdict digest_get_verdict(const StoreDigest *digest)
{
	DigestVerdict worst = is_late(digest) ? DIGEST_WARNING : DIGEST_WELL;

	if (digest->last_day == NULL)
		return DIGEST_UNKNOWN;
	for (unsigned i = 0; i < digest_count_open(digest); i++) {
		const StoreIncident *incident =
			get_incident(digest->incidents, i);

		if (is_known(incident))
			continue;
		if (strcmp(incident->severity, "critical") == 0)
			return DIGEST_CRITICAL;
		worst = DIGEST_WARNING;
	}
	return worst;
}

static char *write_count(int64_t count, const char *one, const char *many)
{
	return g_strdup_printf(
		"%" PRId64 " %s", count, count == 1 ? one : many);
}

static char *write_open(const StoreDigest *digest)
{
	unsigned unknown = count_unknown(digest);
	unsigned known = digest_count_open(digest) - unknown;
	g_autofree char *open =
		write_count(unknown, "incident is open", "incidents are open");
	g_autofree char *text = g_strdup_printf("%s%s", open,
		withholds_mail(digest) ? ", and senders withhold mail" : "");

	if (known == 0)
		return g_steal_pointer(&text);
	return g_strdup_printf("%s; %u acknowledged", text, known);
}

char *digest_write_verdict(const StoreDigest *digest)
{
	g_autofree char *days = NULL;

	if (digest->last_day == NULL)
		return g_strdup("No report has arrived yet");
	if (count_unknown(digest) > 0)
		return write_open(digest);
	if (is_late(digest))
		return g_strdup_printf("No report about the last %s days has "
				       "arrived",
			digest->age);
	if (digest_count_open(digest) > 0)
		return g_strdup_printf("Nothing new: %u open, acknowledged",
			digest_count_open(digest));
	if (get_number(digest->clean_days) < 1)
		return g_strdup("All is well: no incident is open");
	days = write_count(get_number(digest->clean_days), "day", "days");
	return g_strdup_printf("All is well: nothing has failed for %s", days);
}

/* Those with numbers from `begin` up to `end`. */
static void append_incidents(GString *out, const StoreDigest *digest,
	unsigned begin, unsigned end, const TextStyle *style)
{
	if (begin == end)
		return;
	g_string_append(out, begin == 0 ? "Open\n" : "Over\n");
	for (unsigned i = begin; i < MIN(end, begin + LINES_MAX); i++)
		alert_text_append_line(
			out, get_incident(digest->incidents, i), style);
	if (end > begin + LINES_MAX)
		g_string_append_printf(out,
			"%*sand %u more: see tlsreport alert list\n", INDENT,
			"", end - begin - LINES_MAX);
	g_string_append_c(out, '\n');
}

static void append_field(GString *out, const char *label, char *take_text,
	const TextStyle *style)
{
	g_autofree char *text = take_text;

	alert_paragraph_append_field(out, label, text, style);
}

static char *write_reporters(const StoreDigest *digest, const TextStyle *style)
{
	g_autofree char *names = NULL;

	if (*digest->new_reporters == '\0')
		return g_strdup(digest->reporters);
	names = alert_text_write_names(
		digest->new_reporters, NULL, style->utf8);
	return g_strdup_printf("%s; new: %s", digest->reporters, names);
}

static void append_numbers(
	GString *out, const StoreDigest *digest, const TextStyle *style)
{
	g_autofree char *share = alert_text_write_share(
		digest->failed_sessions, digest->sessions);
	g_autofree char *before = alert_text_write_share(
		digest->failed_sessions_before, digest->sessions_before);

	g_string_append_printf(out, "%s to %s, and the same time before\n",
		digest->since, digest->until);
	append_field(out, "Sessions",
		g_strdup_printf("%s; before: %s", digest->sessions,
			digest->sessions_before),
		style);
	append_field(out, "Failed",
		g_strdup_printf("%s, %s; before: %s", digest->failed_sessions,
			share, before),
		style);
	append_field(
		out, "Withheld", g_strdup(digest->withheld_sessions), style);
	append_field(out, "Domains", g_strdup(digest->domains), style);
	append_field(out, "Reporters", write_reporters(digest, style), style);
	append_field(out, "Reports", g_strdup(digest->reports), style);
}

static char *write_ready(const StoreDigest *digest, const TextStyle *style)
{
	g_autofree char *names = alert_text_write_names(
		digest->ready_domains, digest->ready_count, style->utf8);

	return g_strdup_printf("Switch the MTA-STS policy from testing to "
			       "enforce: nothing has failed for two weeks with "
			       "%s.",
		names);
}

/* How many domains there is something to do with; NULL: none. */
static char *write_policies(const StoreDigest *digest)
{
	int64_t held = get_number(digest->held_count);
	int64_t ready = get_number(digest->ready_count);
	g_autoptr(GString) text = g_string_new(NULL);

	if (held > 0)
		g_string_append_printf(
			text, "%" PRId64 " to hold back, ", held);
	if (ready > 0)
		g_string_append_printf(text, "%" PRId64 " to enforce, ", ready);
	if (text->len == 0)
		return NULL;
	return g_strconcat(text->str, "see tlsreport advise", NULL);
}

/* What to do, the most urgent first; NULL: nothing. */
static char *write_next(const StoreDigest *digest, const TextStyle *style)
{
	if (digest->last_day == NULL || is_late(digest))
		return g_strdup(
			"Check that the _smtp._tls record exists and names "
			"the right address, and that mail to it arrives: "
			"tlsreport check-config.");
	if (count_unknown(digest) > 0)
		return g_strdup_printf("tlsreport alert show %s",
			get_incident(digest->incidents, 0)->incident_id);
	if (get_number(digest->ready_count) > 0)
		return write_ready(digest, style);
	return NULL;
}

void digest_append(
	GString *out, const StoreDigest *digest, const TextStyle *style)
{
	g_autofree char *next = write_next(digest, style);
	g_autofree char *policies = write_policies(digest);
	unsigned open = digest_count_open(digest);

	append_incidents(out, digest, 0, open, style);
	append_incidents(out, digest, open, digest->incidents->len, style);
	if (digest->last_day != NULL)
		append_numbers(out, digest, style);
	if (policies != NULL)
		append_field(
			out, "Policies", g_steal_pointer(&policies), style);
	if (next != NULL)
		append_field(out, "Next", g_steal_pointer(&next), style);
}

static char *write_subject(const StoreDigest *digest)
{
	g_autofree char *verdict = digest_write_verdict(digest);

	return g_strdup_printf("TLS reports to %s: %s",
		digest->until != NULL ? digest->until : "now", verdict);
}

/* The first one says that all this works. */
static bool is_first(const StoreDigest *digest)
{
	return g_strcmp0(digest->first_day, digest->since) >= 0 &&
	       digest->first_day != NULL;
}

static char *write_text(const AlertOrigin *origin, const StoreDigest *digest)
{
	const TextStyle style = {.width = ALERT_MESSAGE_WIDTH, .utf8 = true};
	g_autofree char *verdict = digest_write_verdict(digest);
	g_autofree char *who = write_count(get_number(digest->reporters),
		"reporter has", "reporters have");
	g_autofree char *foot = g_strdup_printf(
		"tlsrpt-milter on %s. If this message fails to come, something "
		"is wrong, too.",
		origin->host);
	GString *out = g_string_new(NULL);

	if (is_first(digest))
		g_string_append_printf(out, "It works: %s reported.\n", who);
	g_string_append_printf(out, "%s.\n\n", verdict);
	digest_append(out, digest, &style);
	g_string_append(out, "\n-- \n");
	text_append_wrapped(out, foot, 0, ALERT_MESSAGE_WIDTH);
	if (origin->url != NULL)
		g_string_append_printf(out, "%s\n", origin->url);
	return g_string_free(out, FALSE);
}

static json_t *make_number(const char *text)
{
	return text != NULL ? json_integer(get_number(text)) : json_null();
}

static json_t *make_figures(const StoreDigest *digest)
{
	static const char *const verdicts[] = {
		"ok", "warning", "critical", "unknown"};
	const struct {
		const char *name;
		const char *value;
	} numbers[] = {
		{"domains", digest->domains},
		{"reporters", digest->reporters},
		{"reports", digest->reports},
		{"sessions", digest->sessions},
		{"failed_sessions", digest->failed_sessions},
		{"withheld_sessions", digest->withheld_sessions},
		{"sessions_before", digest->sessions_before},
		{"failed_sessions_before", digest->failed_sessions_before},
		{"clean_days", digest->clean_days},
		{"ready_domains", digest->ready_count},
		{"held_domains", digest->held_count},
	};
	json_t *object = json_pack("{s:s, s:s?, s:s?, s:s?, s:i, s:i}",
		"verdict", verdicts[digest_get_verdict(digest)], "since",
		digest->since, "until", digest->until, "last_day",
		digest->last_day, "open_incidents",
		(int)digest_count_open(digest), "over_incidents",
		(int)(digest->incidents->len - digest_count_open(digest)));

	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		json_object_set_new(
			object, numbers[i].name, make_number(numbers[i].value));
	return object;
}

static char *write_json(const AlertMessage *message, const AlertOrigin *origin,
	const StoreDigest *digest)
{
	json_t *object = json_pack("{s:s, s:s, s:s*, s:i, s:[], s:o}",
		"subject", message->subject, "text", message->text, "url",
		origin->url, "total", 0, "incidents", "digest",
		make_figures(digest));
	char *json = json_dumps(object, JSON_COMPACT);
	char *copy = g_strdup(json);

	json_decref(object);
	free(json);
	return copy;
}

void digest_init_message(AlertMessage *message, const AlertOrigin *origin,
	const StoreDigest *digest)
{
	message->subject = write_subject(digest);
	message->text = write_text(origin, digest);
	message->json = write_json(message, origin, digest);
	message->id =
		g_strdup_printf("digest %s %s", digest->since, digest->until);
}
