/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "milter/log.h"
#include "tests/test.h"

/* stderr while it goes to a file. */
typedef struct {
	char *path;
	int saved;
} Capture;

static void capture_begin(Capture *capture)
{
	int fd = g_file_open_tmp("log-XXXXXX", &capture->path, NULL);

	assert_true(fd >= 0);
	fflush(stderr);
	capture->saved = dup(STDERR_FILENO);
	assert_true(capture->saved >= 0);
	assert_true(dup2(fd, STDERR_FILENO) >= 0);
	close(fd);
}

/* What was written, which the caller frees. */
static char *capture_end(Capture *capture)
{
	char *text = NULL;

	fflush(stderr);
	dup2(capture->saved, STDERR_FILENO);
	close(capture->saved);
	assert_true(g_file_get_contents(capture->path, &text, NULL, NULL));
	assert_int_equal(g_remove(capture->path), 0);
	g_clear_pointer(&capture->path, g_free);
	return text;
}

/* The value of JOURNAL_STREAM for what stderr is, off by some inodes. */
static void set_journal_stream(int off)
{
	g_autofree char *value = NULL;
	struct stat status;

	assert_int_equal(fstat(STDERR_FILENO, &status), 0);
	value = g_strdup_printf("%lu:%lu", (unsigned long)status.st_dev,
		(unsigned long)status.st_ino + (unsigned long)off);
	g_setenv("JOURNAL_STREAM", value, true);
}

static int clear_journal_stream(void **state)
{
	(void)state;
	g_unsetenv("JOURNAL_STREAM");
	return 0;
}

static void assert_plain_line(const char *line, const char *text)
{
	g_autofree char *wanted =
		g_strdup_printf("tlsrpt-milter[%d]: %s\n", (int)getpid(), text);

	assert_string_equal(line, wanted);
}

static const int levels[] = {
	LOG_ERR,
	LOG_WARNING,
	LOG_NOTICE,
	LOG_INFO,
	LOG_DEBUG,
};

static void test_priorities(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(levels); i++) {
		g_autoptr(GString) wanted = g_string_new(NULL);
		g_autofree char *text = NULL;
		Capture capture;

		capture_begin(&capture);
		set_journal_stream(0);
		log_open(levels[i], LOG_MAIL);
		for (int priority = LOG_ERR; priority <= LOG_DEBUG; priority++)
			log_message(priority, "p%d", priority);
		text = capture_end(&capture);
		for (int priority = LOG_ERR; priority <= levels[i]; priority++)
			g_string_append_printf(
				wanted, "<%d>p%d\n", priority, priority);
		assert_string_equal(text, wanted->str);
	}
}

static void test_journal(void **state)
{
	g_autofree char *text = NULL;
	Capture capture;

	(void)state;
	capture_begin(&capture);
	set_journal_stream(0);
	log_open(LOG_INFO, LOG_MAIL);
	log_message(LOG_ERR, "%s: stored ok=%d %%s", "4F2x1", 230);
	text = capture_end(&capture);
	assert_string_equal(text, "<3>4F2x1: stored ok=230 %s\n");
}

static void test_file(void **state)
{
	g_autofree char *text = NULL;
	Capture capture;

	(void)state;
	capture_begin(&capture);
	log_open(LOG_INFO, LOG_MAIL);
	log_message(LOG_WARNING, "%s", "100 %s");
	text = capture_end(&capture);
	assert_plain_line(text, "100 %s");
}

/* Left over from a parent whose stderr was the journal. */
static void test_other_journal(void **state)
{
	g_autofree char *text = NULL;
	Capture capture;

	(void)state;
	capture_begin(&capture);
	set_journal_stream(1);
	log_open(LOG_INFO, LOG_MAIL);
	log_message(LOG_INFO, "line");
	text = capture_end(&capture);
	assert_plain_line(text, "line");
}

static void test_odd_journal_stream(void **state)
{
	static const char *const values[] = {"", ":", "1", "journal", "0:0"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		g_autofree char *text = NULL;
		Capture capture;

		capture_begin(&capture);
		g_setenv("JOURNAL_STREAM", values[i], true);
		log_open(LOG_INFO, LOG_MAIL);
		log_message(LOG_INFO, "line");
		text = capture_end(&capture);
		assert_plain_line(text, "line");
	}
}

/* After a reload. */
static void test_open_again(void **state)
{
	g_autofree char *text = NULL;
	Capture capture;

	(void)state;
	capture_begin(&capture);
	set_journal_stream(0);
	log_open(LOG_ERR, LOG_MAIL);
	log_message(LOG_INFO, "before");
	log_open(LOG_INFO, LOG_DAEMON);
	log_message(LOG_INFO, "after");
	text = capture_end(&capture);
	assert_string_equal(text, "<6>after\n");
}

static void test_long_line(void **state)
{
	g_autofree char *line = g_strnfill(100000, 'x');
	g_autofree char *text = NULL;
	Capture capture;

	(void)state;
	capture_begin(&capture);
	log_open(LOG_INFO, LOG_MAIL);
	log_message(LOG_INFO, "%s", line);
	text = capture_end(&capture);
	assert_plain_line(text, line);
}

/* Names of files, and what libraries say, may hold anything. */
static void test_one_line(void **state)
{
	g_autofree char *text = NULL;
	Capture capture;

	(void)state;
	capture_begin(&capture);
	log_open(LOG_INFO, LOG_MAIL);
	log_message(LOG_INFO, "%s", "a\nb\rc\x1b[1m\x7f\xc3\xa4");
	text = capture_end(&capture);
	assert_plain_line(text, "a?b?c?[1m?\xc3\xa4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			test_priorities, clear_journal_stream),
		cmocka_unit_test_teardown(test_journal, clear_journal_stream),
		cmocka_unit_test(test_file),
		cmocka_unit_test_teardown(
			test_other_journal, clear_journal_stream),
		cmocka_unit_test_teardown(
			test_odd_journal_stream, clear_journal_stream),
		cmocka_unit_test_teardown(
			test_open_again, clear_journal_stream),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_one_line),
	};

	g_unsetenv("JOURNAL_STREAM");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
