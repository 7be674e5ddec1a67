/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/recheck.h"

#include <string.h>

enum {
	SHOWN_MAX = 4,
};

/* In what the tries that still show it are alike, while others do not. */
typedef enum {
	ALIKE_IPV6,
	ALIKE_IPV4,
	ALIKE_ECDSA,
	ALIKE_RSA,
	ALIKE_WITHOUT_NAME,
	ALIKE_COUNT,
} Alike;

static const char *const alike_words[] = {
	[ALIKE_IPV6] = "only on IPv6",
	[ALIKE_IPV4] = "only on IPv4",
	[ALIKE_ECDSA] = "only ECDSA",
	[ALIKE_RSA] = "only RSA",
	[ALIKE_WITHOUT_NAME] = "only without SNI",
};

/* What has been seen at the addresses of a host, or of all. `shown` counts the
 * tries that show it, and `alike` those of them, and of the others, that have
 * that in common. `renewed` is when the newest certificate became valid. */
typedef struct {
	const DomainView *view;
	const char *result_type;
	const char *host;
	GPtrArray *addresses;
	int64_t not_after;
	guint shown;
	guint fine;
	guint shown_alike[ALIKE_COUNT];
	guint fine_alike[ALIKE_COUNT];
	int64_t renewed;
	int64_t valid_until;
	const char *problem;
	const char *unseen;
	bool known;
} Search;

static void count_alike(const MailExchangerAddress *address,
	const SmtpTlsResult *result, guint counts[ALIKE_COUNT])
{
	bool ipv6 = strchr(address->address, ':') != NULL;
	const char *type = result->certificate != NULL
				   ? result->certificate->key_type
				   : "";

	counts[ipv6 ? ALIKE_IPV6 : ALIKE_IPV4]++;
	counts[ALIKE_ECDSA] += strcmp(type, "ECDSA") == 0;
	counts[ALIKE_RSA] += strcmp(type, "RSA") == 0;
	counts[ALIKE_WITHOUT_NAME] += result->manner == SMTP_TLS_WITHOUT_NAME;
}

static void note_shown(Search *search, const MailExchangerAddress *address,
	const SmtpTlsResult *result)
{
	search->shown++;
	count_alike(address, result, search->shown_alike);
	if (search->addresses->len == 0 ||
		g_ptr_array_index(search->addresses,
			search->addresses->len - 1) != address->address)
		g_ptr_array_add(search->addresses, address->address);
	if (result->certificate != NULL)
		search->not_after = result->certificate->not_after;
}

static void note_fine(Search *search, const MailExchangerAddress *address,
	const SmtpTlsResult *result)
{
	search->fine++;
	count_alike(address, result, search->fine_alike);
	if (result->certificate != NULL &&
		result->certificate->not_before > search->renewed) {
		search->renewed = result->certificate->not_before;
		search->valid_until = result->certificate->not_after;
	}
}

static void note_try(Search *search, const DomainViewMx *mx,
	const MailExchangerAddress *address, const MailExchangerTry *try)
{
	const SmtpTlsResult *result = try->result;

	if (result == NULL || result->stage <= SMTP_TLS_GREETING) {
		search->problem = result != NULL ? result->problem : NULL;
		search->unseen = address->address;
	} else if (domain_view_shows(
			   search->view, mx, try, search->result_type)) {
		note_shown(search, address, result);
	} else {
		note_fine(search, address, result);
	}
}

static void search_host(Search *search, const DomainViewMx *mx)
{
	const GPtrArray *addresses = mx->exchanger->addresses;

	search->known = true;
	for (guint i = 0; i < addresses->len; i++) {
		const MailExchangerAddress *address = addresses->pdata[i];

		note_try(search, mx, address, &address->usual);
		for (guint j = 0; j < address->others->len; j++)
			note_try(
				search, mx, address, address->others->pdata[j]);
	}
}

char *recheck_write_day(int64_t time)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);

	return date != NULL ? g_date_time_format(date, "%Y-%m-%d")
			    : g_strdup("?");
}

static bool is_about_certificate(const Search *search)
{
	return g_str_has_prefix(search->result_type, "certificate-");
}

/* A newer file on disk explains it. */
static bool is_not_loaded(const Search *search)
{
	for (guint i = 0; i < search->view->findings->len; i++) {
		const Finding *finding = search->view->findings->pdata[i];

		if (finding->code == FINDING_MX_CERTIFICATE_NOT_LOADED &&
			(search->host == NULL ||
				g_str_has_prefix(finding->where, search->host)))
			return true;
	}
	return false;
}

/* Of what the tries that show it have in common, the first that no other
 * has. */
static const char *find_alike(const Search *search)
{
	for (size_t i = 0; i < ALIKE_COUNT; i++) {
		if (search->fine > 0 &&
			search->shown_alike[i] == search->shown &&
			search->fine_alike[i] == 0)
			return alike_words[i];
	}
	return NULL;
}

static char *write_still(const Search *search)
{
	GString *text = g_string_new("still so on ");
	const char *alike = find_alike(search);
	g_autofree char *end = recheck_write_day(search->not_after);

	for (guint i = 0; i < search->addresses->len && i < SHOWN_MAX; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? ", " : "",
			(const char *)search->addresses->pdata[i]);
	if (search->addresses->len > SHOWN_MAX)
		g_string_append_printf(text, " and %u more",
			search->addresses->len - SHOWN_MAX);
	if (is_about_certificate(search))
		g_string_append_printf(text, " (not_after %s)", end);
	if (alike != NULL)
		g_string_append_printf(text, ", %s", alike);
	if (is_about_certificate(search) && is_not_loaded(search))
		g_string_append(text, "; renewed on disk, not loaded: reload "
				      "the mail server");
	return g_string_free(text, FALSE);
}

static Recheck conclude(const Search *search, int64_t last, char **text)
{
	g_autofree char *since = recheck_write_day(search->renewed);
	g_autofree char *until = recheck_write_day(search->valid_until);

	if (search->shown > 0) {
		*text = write_still(search);
		return RECHECK_STILL;
	}
	if (!search->known) {
		*text = g_strdup("fine from here: no longer an MX host");
		return RECHECK_FINE;
	}
	if (search->fine == 0) {
		*text = g_strdup_printf("cannot be seen from here: %s",
			search->problem != NULL ? search->problem
						: "nothing was tried");
		return RECHECK_UNSEEN;
	}
	if (search->renewed >= last && is_about_certificate(search)) {
		*text = g_strdup_printf("no longer so since %s (renewed, valid "
					"until %s); waits for reporters",
			since, until);
		return RECHECK_REPAIRED;
	}
	*text = g_strconcat("fine from here: nothing like it is seen",
		search->unseen != NULL ? ", but nothing at all at " : NULL,
		search->unseen, NULL);
	return RECHECK_FINE;
}

static Recheck recheck_host(const DomainView *view, const char *result_type,
	const char *host, int64_t last, char **text)
{
	g_autoptr(GPtrArray) addresses = g_ptr_array_new();
	Search search = {
		.view = view,
		.result_type = result_type,
		.host = host,
		.addresses = addresses,
	};

	for (guint i = 0; i < view->mx->len; i++) {
		const DomainViewMx *mx = view->mx->pdata[i];

		if (host == NULL || strcmp(host, mx->exchanger->host) == 0)
			search_host(&search, mx);
	}
	return conclude(&search, last, text);
}

/* What a result type is about: what one address presents, or the domain. */
typedef enum {
	ABOUT_NOTHING,
	ABOUT_HOST,
	ABOUT_DOMAIN,
} About;

static const struct {
	const char *result_type;
	About about;
	FindingCode code;
} types[] = {
#define RESULT_TYPE(name, about, code) {name, ABOUT_##about, FINDING_##code},
#include "probe/result-type.def"
#undef RESULT_TYPE
};

static About get_about(const char *result_type)
{
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		if (strcmp(types[i].result_type, result_type) == 0)
			return types[i].about;
	}
	return ABOUT_NOTHING;
}

bool recheck_is_about(const char *result_type, FindingCode code)
{
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		if (types[i].code == code &&
			strcmp(types[i].result_type, result_type) == 0)
			return true;
	}
	return false;
}

static const Finding *find_finding(
	const DomainView *view, const char *result_type)
{
	for (guint i = 0; i < view->findings->len; i++) {
		const Finding *finding = view->findings->pdata[i];

		if (recheck_is_about(result_type, finding->code))
			return finding;
	}
	return NULL;
}

/* Why nothing can be said, or NULL. */
static const char *find_hindrance(const DomainView *view)
{
	if (!domain_view_has_hosts(view))
		return view->problem != NULL ? view->problem
					     : "the domain takes no mail";
	return view->weakness;
}

static Recheck recheck_domain(
	const DomainView *view, const char *result_type, char **text)
{
	const Finding *finding = find_finding(view, result_type);

	if (finding == NULL) {
		*text = g_strdup("fine from here: nothing like it is seen");
		return RECHECK_FINE;
	}
	*text = g_strdup_printf("still so: %s at %s",
		finding_get_info(finding->code)->code, finding->where);
	return RECHECK_STILL;
}

Recheck recheck_result(const DomainView *view, const char *result_type,
	const char *host, int64_t last, char **text)
{
	const char *hindrance = find_hindrance(view);
	Recheck recheck;

	if (hindrance != NULL && !domain_view_has_hosts(view)) {
		*text = g_strdup_printf(
			"cannot be seen from here: %s", hindrance);
		return RECHECK_UNSEEN;
	}
	if (get_about(result_type) == ABOUT_HOST)
		return recheck_host(view, result_type, host, last, text);
	if (get_about(result_type) == ABOUT_NOTHING) {
		*text = g_strdup("cannot be seen from here: "
				 "the result type is unknown");
		return RECHECK_UNSEEN;
	}
	recheck = recheck_domain(view, result_type, text);
	if (recheck == RECHECK_STILL || hindrance == NULL)
		return recheck;
	g_free(*text);
	*text = g_strdup_printf("cannot be seen from here: %s", hindrance);
	return RECHECK_UNSEEN;
}

static bool has_pattern(char *const *list, const char *pattern)
{
	for (; *list != NULL; list++) {
		if (g_ascii_strcasecmp(*list, pattern) == 0)
			return true;
	}
	return false;
}

static bool is_subset(char *const *some, char *const *all)
{
	for (; *some != NULL; some++) {
		if (!has_pattern(all, *some))
			return false;
	}
	return true;
}

bool recheck_policy_differs(const DomainView *view, const char *const *lines)
{
	const PolicySts *now = &view->policy.values;
	g_auto(PolicySts) then = {0};

	policy_string_parse_sts(lines, &then);
	return !view->has_policy || then.mode != now->mode ||
	       then.max_age != now->max_age || !is_subset(then.mx, now->mx) ||
	       !is_subset(now->mx, then.mx);
}
