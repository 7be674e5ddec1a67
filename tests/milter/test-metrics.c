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
	"tlsrpt_milter_spool_bytes 9",
	"tlsrpt_milter_spool_oldest_timestamp_seconds 1769904000",
	"tlsrpt_milter_database_up 1",
	"tlsrpt_milter_alerts{severity=\"critical\"} 1",
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
}

static void check_lines(const char *text)
{
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autofree char *line = g_strdup_printf("\n%s\n", lines[i]);

		if (strstr(text, line) == NULL)
			fail_msg("no %s in:\n%s", lines[i], text);
	}
}

/* Whoever collects it is another user, also when the umask is strict. */
static void test_file(void **state)
{
	MetricsState now = {true, 7, 8, 9, 1769904000,
		"tlsrpt_milter_alerts{severity=\"critical\"} 1\n"};
	g_autofree char *directory = g_dir_make_tmp("metrics-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(directory, "m.prom", NULL);
	g_autofree char *text = NULL;
	mode_t previous = umask(0077);
	GStatBuf status;

	(void)state;
	count();
	assert_true(metrics_write(path, &now, NULL));
	umask(previous);
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	assert_int_equal(g_stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0644);
	check_lines(text);
	g_remove(path);
	assert_int_equal(g_rmdir(directory), 0);
}

static void test_no_directory(void **state)
{
	MetricsState now = {0};
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_false(metrics_write("/nonexistent/m.prom", &now, &error));
	assert_non_null(strstr(error->message, "/nonexistent/m.prom"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_no_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
