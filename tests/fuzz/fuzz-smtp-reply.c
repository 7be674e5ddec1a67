/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/smtp-reply.h"
#include "tests/fuzz/fuzz.h"

/* Adds until the reply is complete, in steps of so many bytes; how many
 * belonged to it. */
static size_t read_in(
	SmtpReply *reply, const uint8_t *data, size_t size, size_t step)
{
	size_t used = 0;

	smtp_reply_init(reply);
	while (used < size && reply->state == SMTP_REPLY_MORE)
		used += smtp_reply_add(reply, (const char *)data + used,
			MIN(step, size - used));
	return used;
}

/* However the bytes come, the reply is the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_auto(SmtpReply) whole = {0};
	g_auto(SmtpReply) pieces = {0};
	size_t used = read_in(&whole, data, size, size);
	g_autofree char *description = smtp_reply_describe(&whole);

	g_assert_cmpuint(read_in(&pieces, data, size, 3), ==, used);
	g_assert_cmpint(whole.state, ==, pieces.state);
	g_assert_cmpint(whole.code, ==, pieces.code);
	g_assert_cmpuint(whole.lines->len, ==, pieces.lines->len);
	g_assert_cmpuint(whole.lines->len, <=, SMTP_REPLY_LINES_MAX);
	g_assert_true(g_utf8_validate(description, -1, NULL));
	smtp_reply_has_extension(&whole, "STARTTLS");
	return 0;
}
