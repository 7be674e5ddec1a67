/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/metrics.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#define METRIC(name_, text_, type_, label_, help_)                             \
	{.name = (text_), .type = (type_), .label = (label_), .help = (help_)},
static const struct {
	const char *name;
	const char *type;
	const char *label;
	const char *help;
} metrics[] = {
#include "milter/metrics.def"
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

/* Of each metric the numbers by the value of its label, "" without one. */
static struct {
	GMutex mutex;
	GTree *series[METRIC_COUNT];
	uint64_t answers[G_N_ELEMENTS(buckets) + 1];
	int64_t answers_usec;
} counts;

static int compare_values(const void *a, const void *b, void *data)
{
	(void)data;
	return strcmp(a, b);
}

/* The number, which begins as 0. */
static uint64_t *find_number(Metric metric, const char *value)
{
	GTree *series = counts.series[metric];
	uint64_t *number = g_tree_lookup(series, value);

	if (number == NULL) {
		number = g_new0(uint64_t, 1);
		g_tree_insert(series, g_strdup(value), number);
	}
	return number;
}

/* What a monitoring system has to see before it is counted first: it compares
 * with what was there. */
static void init_numbers(void)
{
	for (size_t i = 0; i < METRIC_COUNT; i++) {
		counts.series[i] =
			g_tree_new_full(compare_values, NULL, g_free, g_free);
		if (metrics[i].label == NULL)
			*find_number((Metric)i, "") = 0;
	}
	*find_number(METRIC_MESSAGES, "passed") = 0;
	for (size_t i = 0; i < OUTCOME_COUNT; i++) {
		const char *word = verdict_get((Outcome)i)->word;

		*find_number(METRIC_MESSAGES, word) = 0;
		*find_number(METRIC_REPORTS, word) = 0;
	}
	*find_number(METRIC_BUILD_INFO, PACKAGE_VERSION) = 1;
}

static void lock(void)
{
	g_mutex_lock(&counts.mutex);
	if (counts.series[0] == NULL)
		init_numbers();
}

static void unlock(void)
{
	g_mutex_unlock(&counts.mutex);
}

void metrics_add(Metric metric, const char *value, uint64_t number)
{
	lock();
	*find_number(metric, value != NULL ? value : "") += number;
	unlock();
}

void metrics_set(Metric metric, const char *value, uint64_t number)
{
	lock();
	*find_number(metric, value != NULL ? value : "") = number;
	unlock();
}

void metrics_count_passed(void)
{
	metrics_add(METRIC_MESSAGES, "passed", 1);
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
	lock();
	++*find_number(METRIC_MESSAGES, verdict_get(outcome)->word);
	counts.answers[find_bucket(usec)]++;
	counts.answers_usec += usec;
	unlock();
}

void metrics_count_report(Outcome outcome, const char *reason)
{
	metrics_add(METRIC_REPORTS, verdict_get(outcome)->word, 1);
	if (reason != NULL)
		metrics_add(METRIC_PROBLEMS, reason, 1);
}

static void write_answers(GString *text)
{
	const char *name = metrics[METRIC_ANSWER].name;
	uint64_t sum = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(buckets); i++) {
		sum += counts.answers[i];
		g_string_append_printf(text,
			"tlsrpt_milter_%s_bucket{le=\"%s\"} %" PRIu64 "\n",
			name, buckets[i].text, sum);
	}
	sum += counts.answers[G_N_ELEMENTS(buckets)];
	g_string_append_printf(text,
		"tlsrpt_milter_%s_bucket{le=\"+Inf\"} %" PRIu64 "\n"
		"tlsrpt_milter_%s_sum %" PRId64 ".%06" PRId64 "\n"
		"tlsrpt_milter_%s_count %" PRIu64 "\n",
		name, sum, name, counts.answers_usec / G_USEC_PER_SEC,
		counts.answers_usec % G_USEC_PER_SEC, name, sum);
}

typedef struct {
	GString *text;
	Metric metric;
} Writing;

static int write_number(void *value, void *number, void *data)
{
	const Writing *writing = data;
	const char *label = metrics[writing->metric].label;

	g_string_append_printf(writing->text, "tlsrpt_milter_%s",
		metrics[writing->metric].name);
	if (label != NULL)
		g_string_append_printf(
			writing->text, "{%s=\"%s\"}", label, (char *)value);
	g_string_append_printf(
		writing->text, " %" PRIu64 "\n", *(uint64_t *)number);
	return false;
}

static void write_metric(GString *text, Metric metric)
{
	Writing writing = {text, metric};

	g_string_append_printf(text,
		"# HELP tlsrpt_milter_%s %s\n# TYPE tlsrpt_milter_%s %s\n",
		metrics[metric].name, metrics[metric].help,
		metrics[metric].name, metrics[metric].type);
	if (metric == METRIC_ANSWER)
		write_answers(text);
	else
		g_tree_foreach(counts.series[metric], write_number, &writing);
}

/* The reason alone: the text of GLib names a file with a random name, so that
 * it would be logged again each time. */
static bool fail(const char *path, const GError *problem, GError **error)
{
	const char *colon = strrchr(problem->message, ':');

	g_set_error(error, problem->domain, problem->code, "%s%s", path,
		colon != NULL ? colon : ": cannot be written");
	return false;
}

/* The file is made with the umask, under which nobody else could read it. */
bool metrics_write(const char *path, const char *alerts, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GError) problem = NULL;

	lock();
	for (size_t i = 0; i < METRIC_COUNT; i++)
		write_metric(text, (Metric)i);
	unlock();
	g_string_append(text, alerts);
	if (!g_file_set_contents(path, text->str, (gssize)text->len, &problem))
		return fail(path, problem, error);
	if (chmod(path, 0644) == 0)
		return true;
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno),
		"%s: %s", path, g_strerror(errno));
	return false;
}
