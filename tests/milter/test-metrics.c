/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/metrics.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/test.h"

/* Everything is counted once, before any of these is looked for. */
static const char *const lines[] = {
	"tlsrpt_milter_messages_total{outcome=\"passed\"} 2",
	"tlsrpt_milter_messages_total{outcome=\"no-report\"} 0",
	"tlsrpt_milter_messages_total{outcome=\"stored\"} 3",
	"tlsrpt_milter_messages_total{outcome=\"unavailable\"} 1",
	"tlsrpt_milter_reports_total{outcome=\"stored\"} 1",
	"tlsrpt_milter_reports_total{outcome=\"refused\"} 3",
	"tlsrpt_milter_problems_total{reason=\"bad-json\"} 2",
	"tlsrpt_milter_problems_total{reason=\"too-old\"} 1",
	"tlsrpt_milter_answer_seconds_bucket{le=\"0.005\"} 2",
	"tlsrpt_milter_answer_seconds_bucket{le=\"0.01\"} 3",
	"tlsrpt_milter_answer_seconds_bucket{le=\"30\"} 3",
	"tlsrpt_milter_answer_seconds_bucket{le=\"+Inf\"} 4",
	"tlsrpt_milter_answer_seconds_sum 61.010001",
	"tlsrpt_milter_answer_seconds_count 4",
	"tlsrpt_milter_spool_files{state=\"waiting\"} 7",
	"tlsrpt_milter_spool_files{state=\"set-aside\"} 8",
	"tlsrpt_milter_spool_bytes 21474836480",
	"tlsrpt_milter_spool_oldest_timestamp_seconds 1769904000",
	"tlsrpt_milter_https_messages_total{outcome=\"stored\"} 3",
	"tlsrpt_milter_database_up 1",
	/* NOLINTNEXTLINE(bugprone-suspicious-missing-comma) */
	"tlsrpt_milter_build_info{version=\"" PACKAGE_VERSION "\"} 1",
	"tlsrpt_milter_incidents{severity=\"critical\"} 1",
};

/* Before anything is counted: an increase needs a number to begin with. */
static const char *const first_lines[] = {
	"tlsrpt_milter_messages_total{outcome=\"passed\"} 0",
	"tlsrpt_milter_messages_total{outcome=\"stored\"} 0",
	"tlsrpt_milter_reports_total{outcome=\"unavailable\"} 0",
	"tlsrpt_milter_answer_seconds_count 0",
	"tlsrpt_milter_spool_bytes 0",
	"tlsrpt_milter_database_up 0",
};

static void count(void)
{
	metrics_count_passed();
	metrics_count_passed();
	metrics_count_message(OUTCOME_STORED, 0);
	metrics_count_message(OUTCOME_STORED, 5000);
	metrics_count_message(OUTCOME_STORED, 5001);
	metrics_count_message(OUTCOME_UNAVAILABLE, 61000000);
	metrics_count_report(OUTCOME_STORED, NULL);
	metrics_count_report(OUTCOME_REFUSED, "too-old");
	metrics_count_report(OUTCOME_REFUSED, "bad-json");
	metrics_count_report(OUTCOME_REFUSED, "bad-json");
	metrics_set(METRIC_SPOOL_FILES, "waiting", 6);
	metrics_set(METRIC_SPOOL_FILES, "waiting", 7);
	metrics_set(METRIC_SPOOL_FILES, "set-aside", 8);
	metrics_set(METRIC_SPOOL_BYTES, NULL, UINT64_C(5) << 32);
	metrics_set(METRIC_SPOOL_OLDEST, NULL, 1769904000);
	metrics_add(METRIC_HTTPS_MESSAGES, "stored", 3);
	metrics_set(METRIC_DATABASE_UP, NULL, 1);
}

static void check_lines(
	const char *text, const char *const *wanted, size_t wanted_count)
{
	for (size_t i = 0; i < wanted_count; i++) {
		g_autofree char *line = g_strdup_printf("\n%s\n", wanted[i]);

		if (strstr(text, line) == NULL)
			fail_msg("no %s in:\n%s", wanted[i], text);
	}
}

/* The manual page has all of them, and no others but for those of alerts. */
static void check_page(const char *text)
{
	g_autofree char *path = g_build_filename(
		g_getenv("top_srcdir"), "man", "tlsrpt-milter.8", NULL);
	g_autofree char *page = NULL;
	g_auto(GStrv) words = NULL;
	size_t count = 0;

	assert_true(g_file_get_contents(path, &page, NULL, NULL));
	words = g_strsplit_set(page, " \n", -1);
	/* What begins a paragraph: ".It Li NAME". */
	for (size_t i = 2; words[i] != NULL; i++) {
		g_autofree char *type = NULL;

		if (strcmp(words[i - 1], "Li") != 0 ||
			strcmp(words[i - 2], ".It") != 0 ||
			!g_str_has_prefix(words[i], "tlsrpt_milter_") ||
			g_str_has_prefix(words[i], "tlsrpt_milter_alert") ||
			g_str_has_prefix(words[i], "tlsrpt_milter_incident"))
			continue;
		type = g_strdup_printf("# TYPE %s ", words[i]);
		if (strstr(text, type) == NULL)
			fail_msg("no %s in the file", words[i]);
		count++;
	}
	assert_int_equal(count, METRIC_COUNT);
}

/* Whoever collects it is another user, also when the umask is strict. */
static void test_file(void **state)
{
	static const char alerts[] =
		"tlsrpt_milter_incidents{severity=\"critical\"} 1\n";
	g_autofree char *directory = g_dir_make_tmp("metrics-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(directory, "m.prom", NULL);
	g_autofree char *first = NULL;
	g_autofree char *text = NULL;
	mode_t previous = umask(0077);
	GStatBuf status;

	(void)state;
	assert_true(metrics_write(path, "", NULL));
	assert_true(g_file_get_contents(path, &first, NULL, NULL));
	check_lines(first, first_lines, G_N_ELEMENTS(first_lines));
	count();
	assert_true(metrics_write(path, alerts, NULL));
	umask(previous);
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	assert_int_equal(g_stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0644);
	check_lines(text, lines, G_N_ELEMENTS(lines));
	check_page(text);
	g_remove(path);
	assert_int_equal(g_rmdir(directory), 0);
}

static void test_no_directory(void **state)
{
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_false(metrics_write("/nonexistent/m.prom", "", &error));
	assert_string_equal(error->message,
		"/nonexistent/m.prom: No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_no_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
