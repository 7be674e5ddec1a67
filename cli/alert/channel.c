/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/channel.h"

#include <inttypes.h>
#include <string.h>

#include "cli/alert/child.h"
#include "cli/alert/digest.h"
#include "cli/alert/mail.h"
#include "cli/alert/webhook.h"
#include "sql/store-alert.h"
#include "sql/store-digest.h"

enum {
	/* Half of what the claim allows for. */
	CHILD_SECONDS = STORE_ALERT_CLAIM_SECONDS / 2,
	/* Incidents at a time; the rest is counted. */
	CLAIM_MAX = 100,
};

/* `option` sets the channel up; deliver() says beside an error for how many
 * seconds nothing else is wanted, or 0. `program_option` names a program that
 * it runs, get_program() that program; both are NULL for none. */
struct AlertChannel {
	const char *name;
	const char *option;
	bool (*deliver)(const Settings *settings, const AlertMessage *message,
		int64_t *pause, GError **error);
	const char *program_option;
	const char *(*get_program)(const Settings *settings);
};

static const char *get_sendmail(const Settings *settings)
{
	return settings->sendmail_path;
}

static const char *get_command(const Settings *settings)
{
	return settings->alert_command[0];
}

/* As sendmail(8) of any mail server takes it. The caller frees the array, the
 * words in it are borrowed. */
static const char **make_sendmail_argv(const Settings *settings)
{
	const char **argv;
	size_t count = 0;
	size_t used = 0;

	while (settings->alert_mail[count] != NULL)
		count++;
	argv = g_new0(const char *, count + 6);
	argv[used++] = settings->sendmail_path;
	argv[used++] = "-i";
	if (*settings->alert_mail_from != '\0') {
		argv[used++] = "-f";
		argv[used++] = settings->alert_mail_from;
	}
	argv[used++] = "--";
	for (size_t i = 0; i < count; i++)
		argv[used++] = settings->alert_mail[i];
	return argv;
}

static AlertOrigin make_origin(const Settings *settings)
{
	const char *url = settings->dashboard_url;

	return (AlertOrigin){
		.host = g_get_host_name(),
		.url = *url != '\0' ? url : NULL,
	};
}

static bool deliver_by_mail(const Settings *settings,
	const AlertMessage *message, int64_t *pause, GError **error)
{
	const AlertMailFrame frame = {
		.to = settings->alert_mail,
		.from = settings->alert_mail_from,
		.host = g_get_host_name(),
		.now = g_get_real_time() / G_USEC_PER_SEC,
	};
	g_autofree char *mail = alert_mail_write(&frame, message);
	g_autofree const char **argv = make_sendmail_argv(settings);

	*pause = 0;
	return child_run(argv, mail, CHILD_SECONDS, error);
}

static bool deliver_by_command(const Settings *settings,
	const AlertMessage *message, int64_t *pause, GError **error)
{
	g_autofree char *line = g_strconcat(message->json, "\n", NULL);

	*pause = 0;
	return child_run(settings->alert_command, line, CHILD_SECONDS, error);
}

static bool deliver_by_webhook(const Settings *settings,
	const AlertMessage *message, int64_t *pause, GError **error)
{
	return webhook_deliver(settings, message->json, pause, error);
}

static const AlertChannel channels[] = {
	{"mail", "alert_mail", deliver_by_mail, "sendmail_path", get_sendmail},
	{"command", "alert_command", deliver_by_command, "alert_command",
		get_command},
	{"webhook", "alert_webhook", deliver_by_webhook, NULL, NULL},
};

const AlertChannel *alert_channel_get(size_t number)
{
	return number < G_N_ELEMENTS(channels) ? &channels[number] : NULL;
}

const char *alert_channel_get_name(const AlertChannel *channel)
{
	return channel->name;
}

const char *alert_channel_get_option(const AlertChannel *channel)
{
	return channel->option;
}

bool alert_channel_is_set(const AlertChannel *channel, const Settings *settings)
{
	return settings_is_set(settings, channel->option);
}

bool alert_channel_is_any_set(const Settings *settings)
{
	for (size_t i = 0; i < G_N_ELEMENTS(channels); i++) {
		if (alert_channel_is_set(&channels[i], settings))
			return true;
	}
	return false;
}

char *alert_channel_list_options(void)
{
	GString *list = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(channels); i++)
		g_string_append_printf(
			list, "%s%s", i > 0 ? " or " : "", channels[i].option);
	return g_string_free(list, FALSE);
}

const char *alert_channel_get_program(const AlertChannel *channel,
	const Settings *settings, const char **option)
{
	*option = channel->program_option;
	return channel->get_program != NULL ? channel->get_program(settings)
					    : NULL;
}

/* A claim ends with success or failure; where neither is remembered, because
 * the database is away, by itself: then it is delivered again. */
static bool deliver_news(const AlertChannel *channel, const Settings *settings,
	Store *store, int64_t *delivered, GError **error)
{
	AlertOrigin origin = make_origin(settings);
	g_auto(StoreAlertNews) news = {0};
	g_auto(AlertMessage) message = {0};
	g_autoptr(GError) problem = NULL;
	int64_t pause;

	if (!store_alert_claim(store, channel->name, CLAIM_MAX, &news, error))
		return false;
	if (news.total == 0)
		return true;
	alert_message_init(&message, &origin, &news);
	channel->deliver(settings, &message, &pause, &problem);
	if (!store_alert_finish(store, channel->name,
		    problem != NULL ? problem->message : NULL, pause, error))
		return false;
	if (problem == NULL)
		*delivered = news.total;
	else
		g_propagate_error(error, g_steal_pointer(&problem));
	return *delivered > 0;
}

static bool deliver_claimed_digest(const AlertChannel *channel,
	const Settings *settings, Store *store, unsigned days, GError **error)
{
	AlertOrigin origin = make_origin(settings);
	g_auto(AlertMessage) message = {0};
	g_autoptr(GError) problem = NULL;
	g_autoptr(StoreDigest) digest = store_digest_read(store, days, error);
	int64_t pause;

	if (digest == NULL)
		return false;
	digest_init_message(&message, &origin, digest);
	channel->deliver(settings, &message, &pause, &problem);
	if (!store_digest_finish(store, channel->name, days,
		    problem != NULL ? problem->message : NULL, pause, error))
		return false;
	if (problem == NULL)
		return true;
	g_propagate_error(error, g_steal_pointer(&problem));
	return false;
}

static bool deliver_digest(const AlertChannel *channel,
	const Settings *settings, Store *store, bool *delivered, GError **error)
{
	static const unsigned days[] = {[SETTINGS_DIGEST_OFF] = 0,
		[SETTINGS_DIGEST_DAILY] = 1,
		[SETTINGS_DIGEST_WEEKLY] = 7};
	unsigned every = days[settings->digest];

	*delivered = false;
	if (every == 0)
		return true;
	if (!store_digest_claim(store, channel->name, every, delivered, error))
		return false;
	return !*delivered ||
	       deliver_claimed_digest(channel, settings, store, every, error);
}

bool alert_channel_deliver(const AlertChannel *channel,
	const Settings *settings, Store *store, AlertDelivery *delivery,
	GError **error)
{
	*delivery = (AlertDelivery){0};
	return deliver_news(
		       channel, settings, store, &delivery->incidents, error) &&
	       deliver_digest(
		       channel, settings, store, &delivery->digest, error);
}

static const char test_json[] =
	"[{\"what\": \"test\", \"incident_id\": 0, \"severity\": \"warning\", "
	"\"state\": \"open\", \"result_type\": \"test\", "
	"\"receiving_mx_hostname\": \"\", \"organization_name\": \"\", "
	"\"policy_domains\": 1, \"sample_domains\": [\"test.invalid\"], "
	"\"title\": \"This is a test\"}]";

/* Days and sessions are missing. */
static const StoreIncident test_incident = {
	.what = "test",
	.severity = "warning",
	.state = "open",
	.result_type = "test",
	.receiving_mx_hostname = "",
	.organization_name = "",
	.policy_domains = "1",
	.sample_domains = "test.invalid",
	.title = "This is a test",
	.remedy = "Nothing. Alerts reach you.",
};

bool alert_channel_test(
	const AlertChannel *channel, const Settings *settings, GError **error)
{
	/* Two tests are two messages. */
	g_autofree char *number =
		g_strdup_printf("%" PRId64, g_get_real_time());
	AlertOrigin origin = make_origin(settings);
	g_auto(AlertMessage) message = {0};
	StoreIncident incident = test_incident;
	g_auto(StoreAlertNews) news = {
		.incidents = g_ptr_array_new(),
		.json = g_strdup(test_json),
		.total = 1,
	};
	int64_t pause;

	incident.incident_id = number;
	g_ptr_array_add(news.incidents, &incident);
	alert_message_init(&message, &origin, &news);
	return channel->deliver(settings, &message, &pause, error);
}

/* NULL where the row is none. */
static const char *find_cell(
	const StoreTable *table, const char *channel, const char *column)
{
	for (size_t row = 0; row < table->row_count; row++) {
		if (strcmp(store_table_get(table, row, "channel"), channel) ==
			0)
			return store_table_get(table, row, column);
	}
	return NULL;
}

char *alert_channel_find_problem(const AlertChannel *channel,
	const Settings *settings, const StoreTable *delivery)
{
	const char *waiting = find_cell(delivery, channel->name, "waiting");
	const char *since = find_cell(delivery, channel->name, "waiting_since");
	const char *problem = find_cell(delivery, channel->name, "problem");
	const char *late = find_cell(delivery, channel->name, "late");

	if (!alert_channel_is_set(channel, settings))
		return NULL;
	if (waiting == NULL)
		return g_strdup_printf(
			"%s: no service has looked for alerts yet: start "
			"tlsrpt-alert",
			channel->option);
	if (problem != NULL)
		return g_strdup_printf("%s: alerts waiting: %s, since %s: %s",
			channel->option, waiting, since, problem);
	if (g_strcmp0(late, "t") == 0)
		return g_strdup_printf(
			"%s: alerts have waited for delivery since %s: check "
			"that tlsrpt-alert runs",
			channel->option, since);
	return NULL;
}
