/* SPDX-License-Identifier: BSD-2-Clause */
#include <syslog.h>

#include "conf/address.h"
#include "conf/settings.h"
#include "conf/value.h"

static const int after_store_values[] = {
	SETTINGS_AFTER_STORE_ACCEPT,
	SETTINGS_AFTER_STORE_DISCARD,
};

static const int on_store_failure_values[] = {
	SETTINGS_ON_STORE_FAILURE_SPOOL,
	SETTINGS_ON_STORE_FAILURE_TEMPFAIL,
};

static const int dkim_values[] = {
	SETTINGS_DKIM_OFF,
	SETTINGS_DKIM_AUTHRES,
	SETTINGS_DKIM_VERIFY,
};

static const int authentication_values[] = {
	SETTINGS_AUTHENTICATION_RECORD,
	SETTINGS_AUTHENTICATION_REQUIRE,
};

static const int log_level_values[] = {
	LOG_ERR,
	LOG_WARNING,
	LOG_NOTICE,
	LOG_INFO,
	LOG_DEBUG,
};

static const int log_facility_values[] = {
	LOG_MAIL,
	LOG_DAEMON,
	LOG_USER,
	LOG_LOCAL0,
	LOG_LOCAL1,
	LOG_LOCAL2,
	LOG_LOCAL3,
	LOG_LOCAL4,
	LOG_LOCAL5,
	LOG_LOCAL6,
	LOG_LOCAL7,
};

#define ROW(member, type_)                                                     \
	.name = #member, .type = SETTINGS_TYPE_##type_,                        \
	.offset = offsetof(Settings, member)

static const SettingsOption options[] = {
	{ROW(socket, STRING),
		.range = "unix:/PATH (up to 107 bytes), inet:PORT@HOST or "
			 "inet6:PORT@HOST",
		.default_text = "unix:/run/tlsrpt-milter/tlsrpt-milter.sock",
		.help = "Where the mail server connects, as libmilter spells it.",
		.check = value_is_socket},
	{ROW(socket_group, STRING), .range = "a group or empty",
		.default_text = "",
		.help = "Group of a unix socket; empty: that of the process.",
		.check = NULL},
	{ROW(socket_mode, MODE), .range = "0600 to 0777",
		.default_text = "0660",
		.help = "Permissions of a unix socket, octal."},
	{ROW(database, STRING), .range = "a connection string or URI of libpq",
		.default_text = "dbname=tlsrpt",
		.help = "The PostgreSQL database, as libpq spells it."},
	{ROW(database_connections, NUMBER), .range = "1 to 1000",
		.default_text = "16",
		.help = "The most connections to the database at once."},
	{ROW(report_addresses, LIST), .range = "LOCAL@DOMAIN or @DOMAIN",
		.default_text = "",
		.help = "Addresses that receive reports, as published in rua=.",
		.check = address_is_valid},
	{ROW(report_address_file, STRING), .range = "an absolute path or empty",
		.default_text = "",
		.help = "A file with further addresses, one a line.",
		.check = value_is_path},
	{ROW(recipient_delimiter, STRING),
		.range = "empty or punctuation other than @ and \"",
		.default_text = "+",
		.help = "Characters that begin an address extension.",
		.check = value_is_delimiter},
	{ROW(policy_domains, LIST), .range = "a domain", .default_text = "",
		.help = "Domains that reports may be about; none: any.",
		.check = address_is_domain},
	{ROW(after_store, WORD), .range = "accept, discard",
		.default_text = "accept",
		.help = "Whether a stored report still goes to the mailbox.",
		.values = after_store_values},
	{ROW(on_store_failure, WORD), .range = "spool, tempfail",
		.default_text = "spool",
		.help = "What happens while the database is away.",
		.values = on_store_failure_values},
	{ROW(spool_directory, STRING), .range = "an absolute path",
		.default_text = "/var/spool/tlsrpt-milter",
		.help = "Where messages wait for the database.",
		.check = value_is_directory},
	{ROW(spool_max_bytes, SIZE), .range = "1M to 1024G",
		.default_text = "1G", .help = "The most bytes in the spool."},
	{ROW(dkim, WORD), .range = "off, authres, verify",
		.default_text = "off",
		.help = "How it is found out who signed a report.",
		.values = dkim_values},
	{ROW(trusted_authserv_id, STRING),
		.range = "the name of a server or empty", .default_text = "",
		.help = "Whose Authentication-Results fields are believed.",
		.check = value_is_authserv_id},
	{ROW(authentication, WORD), .range = "record, require",
		.default_text = "record",
		.help = "Whether a report that nobody signed counts.",
		.values = authentication_values},
	{ROW(max_message_size, SIZE), .range = "64K to 1G",
		.default_text = "32M",
		.help = "The largest mail that is read."},
	{ROW(max_report_size, SIZE), .range = "64K to 1G",
		.default_text = "64M",
		.help = "The largest report, after decompression."},
	{ROW(max_parse_memory, SIZE), .range = "1M to 16G",
		.default_text = "256M",
		.help = "The most memory for the JSON of one report."},
	{ROW(max_policies, NUMBER), .range = "1 to 32767",
		.default_text = "10000",
		.help = "The most policies in a report."},
	{ROW(max_failure_details, NUMBER), .range = "1 to 1000000",
		.default_text = "100000",
		.help = "The most failure details in a report."},
	{ROW(max_report_age, NUMBER), .range = "1 to 36500",
		.default_text = "400",
		.help = "The oldest report that is counted, in days."},
	{ROW(max_report_future, NUMBER), .range = "1 to 365",
		.default_text = "2",
		.help = "How far ahead a report's period may be, in days."},
	{ROW(retention_days, NUMBER), .range = "1 to 36500",
		.default_text = "400",
		.help = "How long tlsreport purge keeps reports, in days."},
	{ROW(rollup_retention_days, NUMBER), .range = "1 to 36500",
		.default_text = "3650",
		.help = "How long it keeps the daily sums, in days."},
	{ROW(maintenance_interval, NUMBER), .range = "1 to 3600",
		.default_text = "5",
		.help = "Seconds between two updates of the daily sums."},
	{ROW(metrics_file, STRING), .range = "an absolute path or empty",
		.default_text = "",
		.help = "Where Prometheus finds what was counted.",
		.check = value_is_path},
	{ROW(log_level, WORD), .range = "err, warning, notice, info, debug",
		.default_text = "info",
		.help = "The least important messages that are logged.",
		.values = log_level_values},
	{ROW(log_facility, WORD),
		.range = "mail, daemon, user, local0, local1, local2, local3, "
			 "local4, local5, local6, local7",
		.default_text = "mail", .help = "The syslog facility.",
		.values = log_facility_values},
	{ROW(alert_mail, LIST), .range = "LOCAL@DOMAIN in ASCII",
		.default_text = "",
		.help = "Who gets alerts by mail, from tlsrpt-alert.",
		.check = address_is_mailbox},
	{ROW(alert_mail_from, STRING),
		.range = "LOCAL@DOMAIN in ASCII or empty", .default_text = "",
		.help = "Who sends these mails; empty: the user it runs as.",
		.check = value_is_sender},
	{ROW(alert_command, LIST), .range = "an absolute path and arguments",
		.default_text = "",
		.help = "A command that gets alerts as JSON, without a shell."},
	{ROW(sendmail_path, STRING), .range = "an absolute path",
		.default_text = "/usr/sbin/sendmail",
		.help = "The program that takes mails for delivery.",
		.check = value_is_directory},
};

const SettingsOption *settings_get_options(size_t *count)
{
	*count = G_N_ELEMENTS(options);
	return options;
}
