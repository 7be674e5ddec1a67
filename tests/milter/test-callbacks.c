/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/callbacks.h"

#include <libmilter/mfapi.h>
#include <string.h>

#include "milter/message.h"
#include "milter/snapshot.h"
#include "tests/test.h"

/* What libmilter was given, and what it was told of one session: "reply CODE",
 * "delete ADDRESS", with a comma after each. */
static struct smfiDesc registered;
static void *private_data;
static GString *said;

/* What the intake answers, and what it was given. */
static Outcome outcome;
static GString *taken;

int smfi_register(struct smfiDesc description)
{
	registered = description;
	return MI_SUCCESS;
}

void *smfi_getpriv(SMFICTX *context)
{
	(void)context;
	return private_data;
}

int smfi_setpriv(SMFICTX *context, void *data)
{
	(void)context;
	private_data = data;
	return MI_SUCCESS;
}

char *smfi_getsymval(SMFICTX *context, char *name)
{
	static char id[] = "Q1";

	(void)context;
	assert_string_equal(name, "i");
	return id;
}

int smfi_setreply(SMFICTX *context, char *code, char *enhanced, char *text)
{
	(void)context;
	g_string_append_printf(said, "reply %s %s,", code, enhanced);
	assert_null(strchr(text, '%'));
	return MI_SUCCESS;
}

int smfi_delrcpt(SMFICTX *context, char *recipient)
{
	(void)context;
	g_string_append_printf(said, "delete %s,", recipient);
	return MI_SUCCESS;
}

Outcome intake_message(
	Intake *intake, const Message *message, const char *queue_id)
{
	assert_null(intake);
	g_string_printf(taken, "%s %s ", queue_id, message->sender);
	g_string_append_len(taken, (const char *)message->content->data,
		message->content->len);
	return outcome;
}

static Snapshot *make_snapshot(int64_t after_store)
{
	static const char *const addresses[] = {"rua@example.com", NULL};
	Snapshot *snapshot = snapshot_new(settings_new_default());

	recipient_matcher_free(snapshot->recipients);
	snapshot->recipients = recipient_matcher_new(addresses, "+");
	snapshot->settings->after_store = after_store;
	return snapshot;
}

static sfsistat mail(const char *sender)
{
	g_autofree char *argument = g_strdup(sender);
	char *arguments[] = {argument, NULL};

	return registered.xxfi_envfrom(NULL, arguments);
}

static sfsistat rcpt(const char *recipient)
{
	g_autofree char *argument = g_strdup(recipient);
	char *arguments[] = {argument, NULL};

	return registered.xxfi_envrcpt(NULL, arguments);
}

static sfsistat header(const char *name, const char *value)
{
	g_autofree char *name_copy = g_strdup(name);
	g_autofree char *value_copy = g_strdup(value);

	return registered.xxfi_header(NULL, name_copy, value_copy);
}

static sfsistat body(const char *text)
{
	g_autofree char *copy = g_strdup(text);

	return registered.xxfi_body(NULL, (unsigned char *)copy, strlen(copy));
}

/* Up to the end of the header of a report. */
static void begin_report(const char *recipient)
{
	assert_int_equal(mail("<a@b.example>"), SMFIS_NOREPLY);
	assert_int_equal(rcpt(recipient), SMFIS_NOREPLY);
	assert_int_equal(registered.xxfi_data(NULL), SMFIS_CONTINUE);
	assert_int_equal(
		header("Content-Type", " multipart/report"), SMFIS_CONTINUE);
	assert_int_equal(registered.xxfi_eoh(NULL), SMFIS_CONTINUE);
}

/* After the step that passes a message nothing of it is kept. */
static void assert_forgotten(void)
{
	const Message *message = private_data;

	assert_null(message->content);
	assert_null(message->recipients);
}

static void test_negotiation(void **state)
{
	unsigned long actions = 0;
	unsigned long steps = 0;
	unsigned long reserved[2] = {7, 7};

	(void)state;
	assert_int_equal(registered.xxfi_negotiate(NULL, ~0UL, ~0UL, 0, 0,
				 &actions, &steps, &reserved[0], &reserved[1]),
		SMFIS_CONTINUE);
	assert_int_equal(actions, SMFIF_DELRCPT);
	assert_int_equal(steps, SMFIP_NOCONNECT | SMFIP_NOHELO |
					SMFIP_NOUNKNOWN | SMFIP_NR_MAIL |
					SMFIP_NR_RCPT | SMFIP_NR_BODY |
					SMFIP_HDR_LEADSPC);
	assert_int_equal(reserved[0] + reserved[1], 0);
	registered.xxfi_negotiate(NULL, 0, SMFIP_NOCONNECT, 0, 0, &actions,
		&steps, &reserved[0], &reserved[1]);
	assert_int_equal(actions, 0);
	assert_int_equal(steps, SMFIP_NOCONNECT);
}

static void test_mail_to_others_passes_unread(void **state)
{
	(void)state;
	mail("<a@b.example>");
	rcpt("<other@example.com>");
	assert_int_equal(registered.xxfi_data(NULL), SMFIS_ACCEPT);
	assert_forgotten();
	/* Without a DATA step. */
	mail("<a@b.example>");
	rcpt("<other@example.com>");
	assert_int_equal(
		header("Content-Type", " multipart/report"), SMFIS_ACCEPT);
	assert_forgotten();
	/* Nor a header. */
	mail("<a@b.example>");
	rcpt("<other@example.com>");
	assert_int_equal(registered.xxfi_eoh(NULL), SMFIS_ACCEPT);
	assert_forgotten();
}

static void test_what_is_no_report_passes_after_its_header(void **state)
{
	(void)state;
	mail("<a@b.example>");
	rcpt("<rua@example.com>");
	assert_int_equal(registered.xxfi_data(NULL), SMFIS_CONTINUE);
	assert_int_equal(header("Content-Type", " text/plain"), SMFIS_CONTINUE);
	assert_int_equal(registered.xxfi_eoh(NULL), SMFIS_ACCEPT);
	assert_forgotten();
}

static const struct {
	Outcome outcome;
	sfsistat status;
	int64_t after_store;
	const char *other;
	const char *said;
} ends[] = {
	{OUTCOME_STORED, SMFIS_ACCEPT, SETTINGS_AFTER_STORE_ACCEPT, NULL, ""},
	{OUTCOME_STORED, SMFIS_DISCARD, SETTINGS_AFTER_STORE_DISCARD, NULL, ""},
	{OUTCOME_STORED, SMFIS_ACCEPT, SETTINGS_AFTER_STORE_DISCARD,
		"<b@example.com>", "delete <rua@example.com>,"},
	{OUTCOME_DUPLICATE, SMFIS_DISCARD, SETTINGS_AFTER_STORE_DISCARD, NULL,
		""},
	{OUTCOME_SPOOLED, SMFIS_DISCARD, SETTINGS_AFTER_STORE_DISCARD, NULL,
		""},
	{OUTCOME_NO_REPORT, SMFIS_ACCEPT, SETTINGS_AFTER_STORE_DISCARD, NULL,
		""},
	{OUTCOME_CONFLICT, SMFIS_ACCEPT, SETTINGS_AFTER_STORE_DISCARD, NULL,
		""},
	{OUTCOME_REFUSED, SMFIS_ACCEPT, SETTINGS_AFTER_STORE_DISCARD, NULL, ""},
	{OUTCOME_UNAVAILABLE, SMFIS_TEMPFAIL, SETTINGS_AFTER_STORE_DISCARD,
		NULL, "reply 451 4.3.0,"},
};

static void test_ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		snapshot_set_current(make_snapshot(ends[i].after_store));
		g_string_truncate(said, 0);
		outcome = ends[i].outcome;
		mail("<a@b.example>");
		rcpt("<rua@example.com>");
		if (ends[i].other != NULL)
			rcpt(ends[i].other);
		registered.xxfi_data(NULL);
		header("Content-Type", " multipart/report");
		registered.xxfi_eoh(NULL);
		assert_int_equal(body("text"), SMFIS_NOREPLY);
		if (registered.xxfi_eom(NULL) != ends[i].status)
			fail_msg("row %zu ends otherwise", i);
		assert_string_equal(said->str, ends[i].said);
		assert_string_equal(taken->str,
			"Q1 a@b.example Content-Type: multipart/report\r\n"
			"\r\ntext");
		assert_forgotten();
	}
}

/* Where the client typed more than the address, the MTA may know it as either.
 */
static void test_deleted_recipients(void **state)
{
	(void)state;
	snapshot_set_current(make_snapshot(SETTINGS_AFTER_STORE_DISCARD));
	outcome = OUTCOME_STORED;
	mail("<a@b.example>");
	rcpt("<@relay.example:rua@example.com>");
	rcpt("<other@example.com>");
	rcpt("<rua+x@example.com>");
	registered.xxfi_data(NULL);
	header("Content-Type", " multipart/report");
	registered.xxfi_eoh(NULL);
	assert_int_equal(registered.xxfi_eom(NULL), SMFIS_ACCEPT);
	assert_string_equal(said->str,
		"delete <@relay.example:rua@example.com>,"
		"delete rua@example.com,delete <rua+x@example.com>,");
}

/* An aborted message takes its recipients with it; a session may end at any
 * step, and before the first. */
static void test_abort_and_close(void **state)
{
	(void)state;
	assert_int_equal(registered.xxfi_abort(NULL), SMFIS_CONTINUE);
	assert_int_equal(registered.xxfi_close(NULL), SMFIS_CONTINUE);
	begin_report("<rua@example.com>");
	assert_int_equal(registered.xxfi_abort(NULL), SMFIS_CONTINUE);
	assert_forgotten();
	mail("<a@b.example>");
	rcpt("<other@example.com>");
	assert_int_equal(registered.xxfi_data(NULL), SMFIS_ACCEPT);
	begin_report("<rua@example.com>");
	assert_int_equal(registered.xxfi_close(NULL), SMFIS_CONTINUE);
	assert_null(private_data);
}

/* What ends after a stop was asked for is its sender's again. */
static void test_finish(void **state)
{
	(void)state;
	outcome = OUTCOME_STORED;
	begin_report("<rua@example.com>");
	assert_true(callbacks_finish(0));
	g_string_assign(taken, "nothing");
	assert_int_equal(registered.xxfi_eom(NULL), SMFIS_TEMPFAIL);
	assert_string_equal(taken->str, "nothing");
}

static int set_up(void **state)
{
	(void)state;
	said = g_string_new(NULL);
	taken = g_string_new(NULL);
	snapshot_set_current(make_snapshot(SETTINGS_AFTER_STORE_ACCEPT));
	return callbacks_register(NULL) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	registered.xxfi_close(NULL);
	snapshot_set_current(NULL);
	g_string_free(said, TRUE);
	g_string_free(taken, TRUE);
	return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_negotiation),
		TEST(test_mail_to_others_passes_unread),
		TEST(test_what_is_no_report_passes_after_its_header),
		TEST(test_ends),
		TEST(test_deleted_recipients),
		TEST(test_abort_and_close),
		TEST(test_finish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
