/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/setup/planning.h"

#include <string.h>

#include "cli/setup/name.h"
#include "cli/setup/zone.h"
#include "conf/address.h"
#include "parser/address.h"
#include "spool/spool.h"

/* What stands in a mailto: URI as it is, beside what never means anything (RFC
 * 3986 section 2.3); RFC 8460 section 3 wants ",", "!" and ";" escaped. */
#define MAILTO_CHARS "@+="

/* A mailbox of the record, as far as it is fit for a configuration, in whose
 * strings some characters have a meaning. */
static const char *find_published(const DomainView *view)
{
	const ReportMailbox *first =
		view->mailboxes->len > 0 ? view->mailboxes->pdata[0] : NULL;
	const char *c = first != NULL ? first->address : "";

	while (g_ascii_isalnum(*c) || (*c != '\0' && strchr(".-_+@", *c)))
		c++;
	return *c == '\0' && first != NULL && address_is_valid(first->address)
		       ? first->address
		       : NULL;
}

char *setup_planning_get_address(
	const SetupPlanWish *wish, const DomainView *view)
{
	const char *published = find_published(view);
	const char *const *ours = wish->settings->report_addresses;
	const char *const *whole = ours;

	while (*whole != NULL && **whole == '@')
		whole++;
	if (*whole != NULL)
		return g_strdup(*whole);
	if (*ours != NULL)
		return g_strconcat("tls-reports", *ours, NULL);
	return published != NULL
		       ? g_strdup(published)
		       : g_strconcat("tls-reports@", view->domain, NULL);
}

void setup_planning_finish_records(
	const SetupPlanning *planning, SetupStep *step)
{
	bool ours = true;

	if (step->records->len == 0)
		return;
	for (guint i = 0; i < step->records->len; i++) {
		const SetupRecord *record = step->records->pdata[i];

		ours &= setup_name_is_in(record->name, planning->view->domain);
	}
	setup_step_take_content(step,
		ours ? SETUP_PLAN_ZONE_FILE : SETUP_PLAN_OTHER_ZONE_FILE,
		setup_zone_write(step->records));
}

/* What comes by HTTPS needs the domain to be named. */
static bool lets_in(const SetupPlanWish *wish, const char *domain)
{
	g_auto(GStrv) domains =
		address_canonical_domains(wish->settings->policy_domains);

	return (*domains == NULL && wish->https == NULL) ||
	       g_strv_contains((const char *const *)domains, domain);
}

static bool lacks_spool(const SetupPlanWish *wish)
{
	const char *directory = wish->settings->https_spool_directory;

	return wish->https != NULL && (directory == NULL || *directory == '\0');
}

static bool receives(const SetupPlanWish *wish, const char *domain)
{
	return *wish->settings->report_addresses != NULL &&
	       lets_in(wish, domain) && !lacks_spool(wish);
}

/* The values are those of a configuration that was read, and so need nothing
 * but quotes. */
static char *write_settings(const SetupPlanning *planning)
{
	const Settings *settings = planning->wish->settings;
	GString *lines = g_string_new(NULL);

	if (*settings->report_addresses == NULL)
		g_string_append_printf(lines, "report_addresses = { \"%s\" }\n",
			planning->address);
	if (lacks_spool(planning->wish))
		g_string_append(lines,
			"https_spool_directory = \"" SPOOL_HTTPS_DIRECTORY
			"\"\n");
	if (lets_in(planning->wish, planning->view->domain))
		return g_string_free(lines, FALSE);
	g_string_append(lines, "policy_domains = { ");
	for (const char *const *one = settings->policy_domains; *one != NULL;
		one++)
		g_string_append_printf(lines, "\"%s\", ", *one);
	g_string_append_printf(lines, "\"%s\" }\n", planning->view->domain);
	return g_string_free(lines, FALSE);
}

void setup_planning_add_settings(const SetupPlanning *planning)
{
	static const char title[] = "Receive reports";
	const char *path = planning->wish->settings_path;
	bool https = planning->wish->https != NULL;
	SetupStep *step;

	if (receives(planning->wish, planning->view->domain)) {
		setup_step_add_done(planning->steps, title,
			"%s has an address of report_addresses, and lets "
			"reports about %s in.",
			path, planning->view->domain);
		return;
	}
	step = setup_step_add(planning->steps, title,
		"Set this in %s on the host that receives reports, and %s "
		"tlsrpt-milter. %s needs a mailbox or an alias there. %s",
		path, https ? "restart" : "reload", planning->address,
		https ? "policy_domains has to name all domains about which "
			"you receive reports, since anyone can send any by "
			"HTTPS."
		      : "Leave policy_domains empty, or add the domain to it.");
	setup_step_take_content(step, NULL, write_settings(planning));
}

static bool has_finding(const DomainView *view, FindingCode code)
{
	for (guint i = 0; i < view->findings->len; i++) {
		const Finding *finding = view->findings->pdata[i];

		if (finding->code == code)
			return true;
	}
	return false;
}

static bool is_https_right(const SetupHttps *https, const DomainView *view)
{
	return https == NULL ||
	       (g_strv_contains((const char *const *)view->tlsrpt_fields.values,
			https->uri) &&
		       !has_finding(view, FINDING_TLSRPT_HTTPS_FIRST) &&
		       !has_finding(view, FINDING_TLSRPT_HTTPS_ONLY));
}

static bool is_tlsrpt_right(const SetupHttps *https, const DomainView *view)
{
	return view->tlsrpt.matching == 1 &&
	       view->tlsrpt_fields.problem == NULL &&
	       *view->tlsrpt_fields.values != NULL &&
	       is_https_right(https, view) &&
	       !has_finding(view, FINDING_TLSRPT_RUA_SCHEME) &&
	       !has_finding(view, FINDING_TLSRPT_RUA_NOT_OURS);
}

/* A URI that somebody published, and that is fit to be published again. */
static bool is_kept(const char *uri)
{
	if (g_ascii_strncasecmp(uri, "mailto:", 7) != 0 &&
		g_ascii_strncasecmp(uri, "https:", 6) != 0)
		return false;
	for (; *uri != '\0'; uri++) {
		if (!g_ascii_isalnum(*uri) &&
			strchr("-._~:/?#[]@$&'()*+=%", *uri) == NULL)
			return false;
	}
	return true;
}

/* Ours first, then those that there are. */
static char *write_tlsrpt(const SetupPlanning *planning, bool keep)
{
	const DomainView *view = planning->view;
	char **values = view->tlsrpt_fields.values;
	g_autofree char *escaped =
		g_uri_escape_string(planning->address, MAILTO_CHARS, FALSE);
	g_autofree char *ours = g_strconcat("mailto:", escaped, NULL);
	const SetupHttps *https = planning->wish->https;
	const char *second = https != NULL ? https->uri : ours;
	GString *text = g_string_new("v=TLSRPTv1; rua=");

	g_string_append(text, ours);
	if (https != NULL)
		g_string_append_printf(text, ",%s", second);
	for (; keep && values != NULL && *values != NULL; values++) {
		if (is_kept(*values) && strcmp(*values, ours) != 0 &&
			strcmp(*values, second) != 0)
			g_string_append_printf(text, ",%s", *values);
	}
	return g_string_free(text, FALSE);
}

void setup_planning_add_tlsrpt(const SetupPlanning *planning)
{
	static const char title[] = "Ask for reports";
	const DomainView *view = planning->view;
	g_autofree char *name =
		txt_record_get_name(TXT_RECORD_TLSRPT, view->domain);
	g_autofree char *text = write_tlsrpt(planning, true);
	SetupStep *step;

	if (is_tlsrpt_right(planning->wish->https, view)) {
		setup_step_add_done(planning->steps, title,
			"%s has a TLSRPT record that names where reports go.",
			name);
		return;
	}
	step = setup_step_add(planning->steps, title,
		"Publish this record%s. Reports come once a day, from large "
		"senders first.",
		view->tlsrpt.matching > 0 || view->tlsrpt.near
			? " in place of what there is: senders count only "
			  "one"
			: "");
	setup_step_add_record(step, SETUP_RECORD_TXT, name, text);
	setup_planning_finish_records(planning, step);
}

/* The record of the domain serves where it is its own host. */
static bool needs_record(const DomainView *view, const MailExchanger *exchanger)
{
	return exchanger->tlsas->len > 0 && !exchanger->has_tlsrpt &&
	       strcmp(exchanger->host, view->domain) != 0 &&
	       setup_name_is_good(exchanger->host);
}

static void add_host(
	const SetupPlanning *planning, const MailExchanger *exchanger)
{
	bool ours = setup_name_is_in(exchanger->host, planning->view->domain);
	g_autofree char *name =
		txt_record_get_name(TXT_RECORD_TLSRPT, exchanger->host);
	g_autofree char *text = write_tlsrpt(planning, false);
	g_autofree char *title =
		g_strdup_printf("Ask for reports about %s", exchanger->host);
	SetupStep *step = setup_step_add(planning->steps, title,
		"The host has TLSA records, and reports about DANE go by its "
		"name. Publish this record%s.",
		ours ? ""
		     : " in the zone of the host, if it is yours; otherwise "
		       "its operator receives them, and you leave this out");

	setup_step_add_record(step, SETUP_RECORD_TXT, name, text);
	setup_planning_finish_records(planning, step);
}

void setup_planning_add_hosts(const SetupPlanning *planning)
{
	const DomainView *view = planning->view;

	for (guint i = 0; i < view->mx->len; i++) {
		const DomainViewMx *mx = view->mx->pdata[i];
		const MailExchanger *exchanger = mx->exchanger;
		bool unknown = exchanger->tlsa_outcome == RESOLVER_FAILED ||
			       exchanger->tlsa_outcome == RESOLVER_BOGUS;
		g_autofree char *title = g_strdup_printf(
			"Ask for reports about %s", exchanger->host);

		if (needs_record(view, exchanger))
			add_host(planning, exchanger);
		else if (exchanger->tlsas->len > 0)
			setup_step_add_done(planning->steps, title,
				"The host has TLSA records, and a TLSRPT "
				"record.");
		else if (unknown)
			setup_step_add(planning->steps, title,
				"Whether the host has TLSA records could not "
				"be looked up: run this again when it can.");
	}
}
