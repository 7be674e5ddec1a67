/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/callbacks.h"

#include <libmilter/mfapi.h>
#include <string.h>

#include "milter/gate.h"
#include "milter/message.h"
#include "milter/metrics.h"
#include "milter/snapshot.h"
#include "milter/verdict.h"

enum {
	/* Stages without a say: not asked for, or asked for without reply. */
	STEPS_UNUSED = SMFIP_NOCONNECT | SMFIP_NOHELO | SMFIP_NOUNKNOWN,
	STEPS_SILENT = SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_BODY,
	/* Signatures are about every blank. */
	STEPS_EXACT = SMFIP_HDR_LEADSPC,
};

static Intake *intake;
static Gate in_hand;

/* libmilter emulates the NR steps for an MTA without them, so that
 * SMFIS_NOREPLY is always right in these callbacks. */
/* NOLINTNEXTLINE(readability-function-size): libmilter's own prototype */
static sfsistat on_negotiate(SMFICTX *context, unsigned long actions,
	unsigned long steps, unsigned long unused2, unsigned long unused3,
	unsigned long *wanted_actions, unsigned long *wanted_steps,
	unsigned long *reserved2, unsigned long *reserved3)
{
	(void)context;
	(void)unused2;
	(void)unused3;
	*wanted_actions = actions & SMFIF_DELRCPT;
	*wanted_steps = steps & (STEPS_UNUSED | STEPS_SILENT | STEPS_EXACT);
	*reserved2 = 0;
	*reserved3 = 0;
	return SMFIS_CONTINUE;
}

static sfsistat on_mail(SMFICTX *context, char **arguments)
{
	Message *message = smfi_getpriv(context);

	if (message == NULL) {
		message = message_new();
		smfi_setpriv(context, message);
	}
	message_begin(message, snapshot_get_current(), arguments[0]);
	return SMFIS_NOREPLY;
}

static sfsistat on_recipient(SMFICTX *context, char **arguments)
{
	message_add_recipient(smfi_getpriv(context), arguments[0]);
	return SMFIS_NOREPLY;
}

/* Passes the message on, unread or not read further. */
static sfsistat pass(Message *message)
{
	metrics_count_passed();
	message_reset(message);
	return SMFIS_ACCEPT;
}

static sfsistat on_data(SMFICTX *context)
{
	Message *message = smfi_getpriv(context);

	return message_is_wanted(message) ? SMFIS_CONTINUE : pass(message);
}

/* Where the MTA speaks version 2 or 3 of the protocol there is no DATA step,
 * and the first header is the first chance to pass a message. So this step has
 * a reply: where the MTA knows of no steps without, libmilter would turn ours
 * into "continue". */
static sfsistat on_header(SMFICTX *context, char *name, char *value)
{
	Message *message = smfi_getpriv(context);

	if (!message_is_wanted(message))
		return pass(message);
	message_add_header(message, name, value);
	return SMFIS_CONTINUE;
}

static sfsistat on_end_of_header(SMFICTX *context)
{
	Message *message = smfi_getpriv(context);

	if (message_is_wanted(message) && message_end_header(message))
		return SMFIS_CONTINUE;
	return pass(message);
}

static sfsistat on_body(SMFICTX *context, unsigned char *data, size_t size)
{
	message_add_body(smfi_getpriv(context), data, size);
	return SMFIS_NOREPLY;
}

/* The MTA compares with what the client typed, and with the bare address
 * where that had a source route or a phrase before it. */
static void delete_recipients(SMFICTX *context, const GPtrArray *recipients)
{
	for (guint i = 0; i < recipients->len; i++) {
		char *typed = recipients->pdata[i];
		g_autofree char *bare = recipient_get_address(typed);

		smfi_delrcpt(context, typed);
		if (strchr(typed, ':') != NULL ||
			strchr(typed + 1, '<') != NULL)
			smfi_delrcpt(context, bare);
	}
}

/* What is stored need not go on; other people's copy must. */
static sfsistat discard(SMFICTX *context, const Message *message)
{
	if (message->other_recipients == 0)
		return SMFIS_DISCARD;
	delete_recipients(context, message->recipients);
	return SMFIS_ACCEPT;
}

static sfsistat answer(
	SMFICTX *context, const Message *message, const Verdict *verdict)
{
	/* smfi_setreply() takes writable strings and only copies them. */
	g_autofree char *code = g_strdup(verdict->code);
	g_autofree char *enhanced_code = g_strdup(verdict->enhanced_code);
	g_autofree char *text = g_strdup(verdict->text);

	switch (verdict->action) {
	case VERDICT_TEMPFAIL:
		smfi_setreply(context, code, enhanced_code, text);
		return SMFIS_TEMPFAIL;
	case VERDICT_AFTER_STORE:
		if (message->snapshot->settings->after_store ==
			SETTINGS_AFTER_STORE_DISCARD)
			return discard(context, message);
		return SMFIS_ACCEPT;
	default:
		return SMFIS_ACCEPT;
	}
}

static sfsistat on_end_of_message(SMFICTX *context)
{
	static char queue_id[] = "i";
	Message *message = smfi_getpriv(context);
	Outcome outcome;
	sfsistat status;

	if (!gate_enter(&in_hand, G_MAXINT64))
		return SMFIS_TEMPFAIL;
	outcome = intake_message(
		intake, message, smfi_getsymval(context, queue_id));
	status = answer(context, message, verdict_get(outcome));
	message_reset(message);
	gate_leave(&in_hand);
	return status;
}

static sfsistat on_abort(SMFICTX *context)
{
	Message *message = smfi_getpriv(context);

	if (message != NULL)
		message_reset(message);
	return SMFIS_CONTINUE;
}

/* May come first and alone, when somebody only connects. */
static sfsistat on_close(SMFICTX *context)
{
	message_free(smfi_getpriv(context));
	smfi_setpriv(context, NULL);
	return SMFIS_CONTINUE;
}

bool callbacks_register(Intake *message_intake)
{
	static char name[] = "tlsrpt-milter";
	struct smfiDesc description = {
		.xxfi_name = name,
		.xxfi_version = SMFI_VERSION,
		.xxfi_flags = SMFIF_DELRCPT,
		.xxfi_envfrom = on_mail,
		.xxfi_envrcpt = on_recipient,
		.xxfi_header = on_header,
		.xxfi_eoh = on_end_of_header,
		.xxfi_body = on_body,
		.xxfi_eom = on_end_of_message,
		.xxfi_abort = on_abort,
		.xxfi_close = on_close,
		.xxfi_data = on_data,
		.xxfi_negotiate = on_negotiate,
	};

	intake = message_intake;
	gate_init(&in_hand, G_MAXINT);
	return smfi_register(description) == MI_SUCCESS;
}

bool callbacks_finish(gint64 deadline)
{
	gate_close(&in_hand);
	return gate_wait_empty(&in_hand, deadline);
}
