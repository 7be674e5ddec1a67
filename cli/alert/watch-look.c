/* SPDX-License-Identifier: BSD-2-Clause */
#include <jansson.h>
#include <stdlib.h>

#include "cli/alert/watch.h"
#include "cli/check/domain-options.h"
#include "cli/command.h"
#include "cli/side-by-side.h"
#include "probe/domain-probe-write.h"
#include "sql/store-watch.h"

enum {
	/* Domains at a time. */
	PART = 8,
	FINDINGS_MAX = 100,
};

/* What nobody could look at says nothing about what is there. */
static bool is_worth_noting(const DomainView *view)
{
	for (guint i = 0; i < view->findings->len; i++) {
		const Finding *finding = view->findings->pdata[i];

		if (finding->code == FINDING_DNS_UNREACHABLE)
			return false;
	}
	return true;
}

static int compare_texts(const void *a, const void *b)
{
	return g_strcmp0(*(char *const *)a, *(char *const *)b);
}

/* In an order that does not depend on that of the answers. */
static char **list_tlsas(const DomainView *view)
{
	GPtrArray *list = g_ptr_array_new();

	for (guint i = 0; i < view->mx->len; i++) {
		const DomainViewMx *mx = view->mx->pdata[i];
		const MailExchanger *exchanger = mx->exchanger;

		for (guint j = 0; j < exchanger->tlsas->len; j++) {
			const Tlsa *tlsa = exchanger->tlsas->pdata[j];
			g_autofree char *hex = tlsa_get_hex(tlsa);

			g_ptr_array_add(list,
				g_strdup_printf("%s %u %u %u %s",
					exchanger->tlsa_name, tlsa->usage,
					tlsa->selector, tlsa->matching, hex));
		}
	}
	g_ptr_array_sort(list, compare_texts);
	g_ptr_array_add(list, NULL);
	return (char **)g_ptr_array_free(list, FALSE);
}

/* The worst of them, should there be very many. */
static json_t *write_findings(const DomainView *view)
{
	json_t *findings = domain_probe_write_findings(view);

	while (json_array_size(findings) > FINDINGS_MAX)
		json_array_remove(findings, FINDINGS_MAX);
	return findings;
}

static bool note(Store *store, const DomainView *view, GError **error)
{
	static const char *const none[] = {NULL};
	char *const *ids = view->sts_fields.values;
	g_auto(GStrv) hosts = domain_view_list_hosts(view);
	g_auto(GStrv) tlsas = list_tlsas(view);
	json_t *findings = write_findings(view);
	char *text = json_dumps(findings, JSON_COMPACT | JSON_ENSURE_ASCII);
	const StoreObservation observation = {
		.policy_domain = view->domain,
		.sts_id = ids != NULL ? *ids : NULL,
		.sts_mode = policy_sts_mode_name(view->policy.values.mode),
		.sts_max_age =
			view->has_policy ? view->policy.values.max_age : -1,
		.sts_mx = view->has_policy
				  ? (const char *const *)view->policy.values.mx
				  : none,
		.tlsrpt_record =
			view->tlsrpt.matching == 1 ? view->tlsrpt.text : NULL,
		.mx = (const char *const *)hosts,
		.tlsa = (const char *const *)tlsas,
		.findings = text,
	};
	bool done = store_watch_note(store, &observation, error);

	free(text);
	json_decref(findings);
	return done;
}

typedef struct {
	const char *domain;
	DomainView *view;
} Look;

static void on_look(void *data, void *user)
{
	Look *look = data;

	look->view = domain_probe_run(user, look->domain);
}

static bool look_at(
	DomainProbe *probe, char **domains, Store *store, GError **error)
{
	g_autoptr(GPtrArray) looks = g_ptr_array_new_with_free_func(g_free);
	bool done = true;

	for (; *domains != NULL; domains++) {
		Look *look = g_new0(Look, 1);

		look->domain = *domains;
		g_ptr_array_add(looks, look);
	}
	side_by_side_run(on_look, looks, PART, probe);
	for (guint i = 0; i < looks->len; i++) {
		const Look *look = looks->pdata[i];

		if (done && is_worth_noting(look->view))
			done = note(store, look->view, error);
		domain_view_free(look->view);
	}
	return done;
}

bool alert_watch_is_on(const Settings *settings)
{
	return settings->watch_interval != 0;
}

bool alert_watch_look(
	const Settings *settings, Store *store, bool *more, GError **error)
{
	g_auto(GStrv) domains = NULL;
	g_auto(GStrv) files = NULL;
	g_autoptr(DomainProbe) probe = NULL;
	DomainProbeOptions options;

	*more = false;
	if (!alert_watch_is_on(settings))
		return true;
	domains = store_watch_claim(store, settings->policy_domains,
		settings->watch_interval, settings->watch_limit, PART, error);
	if (domains == NULL || *domains == NULL)
		return domains != NULL;
	files = domain_options_find_certificate_files(settings);
	options = domain_options_make(settings, (const char *const *)files);
	probe = domain_probe_open(&options, error);
	if (probe == NULL)
		return false;
	*more = g_strv_length(domains) == PART;
	return look_at(probe, domains, store, error);
}
