/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/mx-record.h"

#include <string.h>

static void clear_record(void *record)
{
	MxRecord *mx = record;

	g_free(mx->host);
}

static int compare(const void *a, const void *b)
{
	const MxRecord *one = a;
	const MxRecord *other = b;

	if (one->preference != other->preference)
		return one->preference < other->preference ? -1 : 1;
	return strcmp(one->host, other->host);
}

static bool has_host(const GArray *records, const char *host)
{
	for (guint i = 0; i < records->len; i++) {
		if (strcmp(g_array_index(records, MxRecord, i).host, host) == 0)
			return true;
	}
	return false;
}

static GArray *new_list(void)
{
	GArray *records = g_array_new(FALSE, FALSE, sizeof(MxRecord));

	g_array_set_clear_func(records, clear_record);
	return records;
}

static GArray *read_all(const ResolverAnswer *answer)
{
	GArray *records = new_list();

	for (guint i = 0; i < answer->records->len; i++) {
		MxRecord record = {0};

		if (dns_record_read_mx(answer->records->pdata[i],
			    &record.preference, &record.host))
			g_array_append_val(records, record);
	}
	g_array_sort(records, compare);
	return records;
}

static void append(GArray *records, uint16_t preference, const char *host)
{
	const MxRecord record = {preference, g_strdup(host)};

	g_array_append_val(records, record);
}

GArray *mx_record_read(
	const ResolverAnswer *answer, const char *domain, bool *cut)
{
	g_autoptr(GArray) all = read_all(answer);
	GArray *best = new_list();

	*cut = false;
	for (guint i = 0; i < all->len; i++) {
		const MxRecord *record = &g_array_index(all, MxRecord, i);

		if (has_host(best, record->host))
			continue;
		if (best->len < MX_RECORD_MAX)
			append(best, record->preference, record->host);
		else
			*cut = true;
	}
	if (answer->outcome == RESOLVER_NO_DATA)
		append(best, 0, domain);
	return best;
}

bool mx_record_is_null(const GArray *records)
{
	return records->len == 1 &&
	       *g_array_index(records, MxRecord, 0).host == '\0';
}
