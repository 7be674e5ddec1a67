/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/advise/advice.h"

#include <string.h>

static const char to_enforce[] = "enforce-now";
static const char to_test[] = "keep-testing";

static void free_advice(void *data)
{
	Advice *advice = data;

	g_ptr_array_unref(advice->reasons);
	g_free(advice->unseen);
	g_free(advice);
}

const char *advice_get(const Advice *advice, const char *column)
{
	return store_table_get(advice->table, advice->row, column);
}

static Advice *advice_new(const StoreTable *table, size_t row)
{
	Advice *advice = g_new0(Advice, 1);
	g_auto(GStrv) reasons = NULL;

	advice->table = table;
	advice->row = row;
	advice->verdict = advice_get(advice, "verdict");
	advice->reasons = g_ptr_array_new_with_free_func(g_free);
	reasons = g_strsplit(advice_get(advice, "reasons"), "\n", -1);
	for (char **reason = reasons; *reason != NULL; reason++)
		g_ptr_array_add(advice->reasons, g_strdup(*reason));
	return advice;
}

GPtrArray *advice_new_list(const StoreTable *table)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(free_advice);

	for (size_t row = 0; row < table->row_count; row++)
		g_ptr_array_add(list, advice_new(table, row));
	return list;
}

bool advice_is_to_enforce(const Advice *advice)
{
	return strcmp(advice->verdict, to_enforce) == 0;
}

void advice_object(Advice *advice, char *reason)
{
	advice->verdict = to_test;
	g_ptr_array_add(advice->reasons, reason);
}

void advice_set_unseen(Advice *advice, const char *why)
{
	advice->unseen = g_strdup(why);
}

static void add_publish(const Advice *advice, GString *out)
{
	(void)advice;
	g_string_append(out, "Publish a policy of MTA-STS in mode testing: see "
			     "tlsreport setup.");
}

static void add_keep_testing(const Advice *advice, GString *out)
{
	(void)advice;
	g_string_append(out, "Leave the mode of the policy as it is.");
}

static void add_enforce(const Advice *advice, GString *out)
{
	g_string_append_printf(out,
		"Change the mode of the policy to enforce, and then the id in "
		"the record _mta-sts.%s: see tlsreport setup --mode enforce.",
		advice_get(advice, "policy_domain"));
}

static void add_raise(const Advice *advice, GString *out)
{
	g_string_append_printf(out,
		"Raise max_age in the policy from %s to %s, and then change "
		"the id in the record _mta-sts.%s.",
		advice_get(advice, "max_age"),
		advice_get(advice, "next_max_age"),
		advice_get(advice, "policy_domain"));
}

static void add_list(GString *out, const char *before, const char *list)
{
	g_auto(GStrv) names = g_strsplit(list, "\n", -1);
	g_autofree char *joined = g_strjoinv(", ", names);

	if (*joined != '\0')
		g_string_append_printf(out, "%s%s", before, joined);
}

static void add_hold_back(const Advice *advice, GString *out)
{
	g_string_append(out, "Repair what makes senders withhold mail");
	add_list(out, ": ", advice_get(advice, "result_types"));
	add_list(out, " at ", advice_get(advice, "receiving_mx_hostnames"));
	if (g_strcmp0(advice_get(advice, "sts_mode"), "enforce") == 0)
		g_string_append(
			out, "; if that takes long, go back to mode testing");
	g_string_append_c(out, '.');
}

static void add_fine(const Advice *advice, GString *out)
{
	(void)advice;
	g_string_append(out, "There is nothing to do.");
}

static const struct {
	const char *verdict;
	void (*add)(const Advice *advice, GString *out);
} verdicts[] = {
	{"publish", add_publish},
	{to_test, add_keep_testing},
	{to_enforce, add_enforce},
	{"raise-max-age", add_raise},
	{"hold-back", add_hold_back},
	{"fine", add_fine},
};

/* As a sentence. */
static void add_reason(GString *out, const char *reason)
{
	size_t start = out->len + 1;

	if (*reason == '\0')
		return;
	g_string_append_printf(out, " %s", reason);
	out->str[start] = g_ascii_toupper(out->str[start]);
	if (out->str[out->len - 1] != '.')
		g_string_append_c(out, '.');
}

char *advice_write(const Advice *advice)
{
	GString *out = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(verdicts); i++) {
		if (strcmp(verdicts[i].verdict, advice->verdict) == 0)
			verdicts[i].add(advice, out);
	}
	for (guint i = 0; i < advice->reasons->len; i++)
		add_reason(out, advice->reasons->pdata[i]);
	if (advice->unseen != NULL)
		g_string_append_printf(
			out, " Not looked at: %s.", advice->unseen);
	return g_string_free(out, FALSE);
}
