/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/metrics.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

enum {
	OUTCOMES = OUTCOME_UNAVAILABLE + 1,
};

/* Seconds, as they stand in the file, and microseconds. */
static const struct {
	const char *text;
	int64_t usec;
} buckets[] = {
	{"0.005", 5000},
	{"0.01", 10000},
	{"0.025", 25000},
	{"0.05", 50000},
	{"0.1", 100000},
	{"0.25", 250000},
	{"0.5", 500000},
	{"1", 1000000},
	{"2.5", 2500000},
	{"5", 5000000},
	{"10", 10000000},
	{"30", 30000000},
};

static struct {
	GMutex mutex;
	uint64_t passed;
	uint64_t messages[OUTCOMES];
	uint64_t reports[OUTCOMES];
	/* Numbers by reason. */
	GTree *problems;
	uint64_t answers[G_N_ELEMENTS(buckets) + 1];
	int64_t answers_usec;
} counts;

void metrics_count_passed(void)
{
	g_mutex_lock(&counts.mutex);
	counts.passed++;
	g_mutex_unlock(&counts.mutex);
}

static size_t find_bucket(int64_t usec)
{
	size_t number = 0;

	while (number < G_N_ELEMENTS(buckets) && usec > buckets[number].usec)
		number++;
	return number;
}

void metrics_count_message(Outcome outcome, int64_t usec)
{
	g_mutex_lock(&counts.mutex);
	counts.messages[outcome]++;
	counts.answers[find_bucket(usec)]++;
	counts.answers_usec += usec;
	g_mutex_unlock(&counts.mutex);
}

static int compare_reasons(const void *a, const void *b, void *data)
{
	(void)data;
	return strcmp(a, b);
}

static void count_problem(const char *reason)
{
	gsize number;

	if (counts.problems == NULL)
		counts.problems =
			g_tree_new_full(compare_reasons, NULL, g_free, NULL);
	number = GPOINTER_TO_SIZE(g_tree_lookup(counts.problems, reason));
	g_tree_insert(counts.problems, g_strdup(reason),
		GSIZE_TO_POINTER(number + 1));
}

void metrics_count_report(Outcome outcome, const char *reason)
{
	g_mutex_lock(&counts.mutex);
	counts.reports[outcome]++;
	if (reason != NULL)
		count_problem(reason);
	g_mutex_unlock(&counts.mutex);
}

static void begin(
	GString *text, const char *name, const char *type, const char *help)
{
	g_string_append_printf(text,
		"# HELP tlsrpt_milter_%s %s\n# TYPE tlsrpt_milter_%s %s\n",
		name, help, name, type);
}

/* `labels` is "" or stands in braces. */
static void add(
	GString *text, const char *name, const char *labels, uint64_t value)
{
	g_string_append_printf(
		text, "tlsrpt_milter_%s%s %" PRIu64 "\n", name, labels, value);
}

static void add_labelled(GString *text, const char *name, const char *label,
	const char *labelled, uint64_t value)
{
	g_autofree char *labels =
		g_strdup_printf("{%s=\"%s\"}", label, labelled);

	add(text, name, labels, value);
}

static void add_outcomes(
	GString *text, const char *name, const uint64_t *numbers)
{
	for (size_t i = OUTCOME_NO_REPORT; i < OUTCOMES; i++)
		add_labelled(text, name, "outcome",
			verdict_get((Outcome)i)->word, numbers[i]);
}

static void add_messages(GString *text)
{
	static const char name[] = "messages_total";

	begin(text, name, "counter",
		"Messages by what became of them; passed ones were not read.");
	add_labelled(text, name, "outcome", "passed", counts.passed);
	add_outcomes(text, name, counts.messages);
}

static int add_problem(void *reason, void *number, void *text)
{
	add_labelled(text, "problems_total", "reason", reason,
		GPOINTER_TO_SIZE(number));
	return false;
}

static void add_reports(GString *text)
{
	static const char name[] = "reports_total";

	begin(text, name, "counter",
		"Reports by what became of them; a message that waits counts "
		"as one, and again when it is taken in.");
	add_outcomes(text, name, counts.reports);
	begin(text, "problems_total", "counter",
		"Why reports were not stored, or not at once; see "
		"tlsrpt-reports(7).");
	if (counts.problems != NULL)
		g_tree_foreach(counts.problems, add_problem, text);
}

static void add_answers(GString *text)
{
	uint64_t sum = 0;

	begin(text, "answer_seconds", "histogram",
		"How long the mail server waited at the end of a message.");
	for (size_t i = 0; i < G_N_ELEMENTS(buckets); i++) {
		sum += counts.answers[i];
		add_labelled(text, "answer_seconds_bucket", "le",
			buckets[i].text, sum);
	}
	sum += counts.answers[G_N_ELEMENTS(buckets)];
	add_labelled(text, "answer_seconds_bucket", "le", "+Inf", sum);
	g_string_append_printf(text,
		"tlsrpt_milter_answer_seconds_sum %" PRId64 ".%06" PRId64 "\n",
		counts.answers_usec / G_USEC_PER_SEC,
		counts.answers_usec % G_USEC_PER_SEC);
	add(text, "answer_seconds_count", "", sum);
}

static void add_state(GString *text, const MetricsState *state)
{
	begin(text, "spool_files", "gauge", "Messages in the spool.");
	add_labelled(
		text, "spool_files", "state", "waiting", state->spool_waiting);
	add_labelled(text, "spool_files", "state", "set-aside",
		state->spool_set_aside);
	begin(text, "spool_bytes", "gauge", "Size of all files in the spool.");
	add(text, "spool_bytes", "", state->spool_bytes);
	begin(text, "spool_oldest_timestamp_seconds", "gauge",
		"When the oldest message came that waits in the spool; 0 when "
		"none does.");
	add(text, "spool_oldest_timestamp_seconds", "",
		(uint64_t)state->spool_oldest);
	begin(text, "database_up", "gauge",
		"Whether the last maintenance of the database succeeded.");
	add(text, "database_up", "", state->database_up);
	begin(text, "build_info", "gauge", "Always 1.");
	add_labelled(text, "build_info", "version", PACKAGE_VERSION, 1);
	if (state->alerts != NULL)
		g_string_append(text, state->alerts);
}

/* The file is made with the umask, under which nobody else could read it. */
bool metrics_write(const char *path, const MetricsState *state, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);

	g_mutex_lock(&counts.mutex);
	add_messages(text);
	add_reports(text);
	add_answers(text);
	g_mutex_unlock(&counts.mutex);
	add_state(text, state);
	if (!g_file_set_contents(path, text->str, (gssize)text->len, error))
		return false;
	if (chmod(path, 0644) == 0)
		return true;
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno),
		"%s: %s", path, g_strerror(errno));
	return false;
}
