/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/report.h"

#include <string.h>

#include "parser/address.h"
#include "parser/string-pool.h"

enum {
	BLOCK_SIZE = 8192,
};

typedef struct Block {
	struct Block *next;
	size_t used;
	size_t size;
	_Alignas(max_align_t) char bytes[];
} Block;

struct ReportArena {
	Block *blocks;
	StringPool strings;
};

static const char *const no_strings[] = {NULL};

/* Puts a block of its own behind the current one when the request is large,
 * so that what is left of the current one is still used. */
static Block *arena_add_block(ReportArena *arena, size_t size)
{
	size_t capacity = MAX(size, BLOCK_SIZE);
	Block *block = g_malloc(sizeof(*block) + capacity);

	block->used = 0;
	block->size = capacity;
	if (arena->blocks != NULL && size > BLOCK_SIZE / 4) {
		block->next = arena->blocks->next;
		arena->blocks->next = block;
	} else {
		block->next = arena->blocks;
		arena->blocks = block;
	}
	return block;
}

static void *arena_allocate(ReportArena *arena, size_t size, size_t alignment)
{
	Block *block = arena->blocks;
	size_t start = 0;
	void *memory;

	if (block != NULL)
		start = (block->used + alignment - 1) & ~(alignment - 1);
	if (block == NULL || start > block->size ||
		block->size - start < size) {
		block = arena_add_block(arena, size);
		start = 0;
	}
	memory = block->bytes + start;
	block->used = start + size;
	return memory;
}

Report *report_new(void)
{
	Report *report = g_new0(Report, 1);

	report->arena = g_new0(ReportArena, 1);
	report->remarks = no_strings;
	return report;
}

void report_free(Report *report)
{
	Block *next;

	if (report == NULL)
		return;
	for (Block *block = report->arena->blocks; block != NULL;
		block = next) {
		next = block->next;
		g_free(block);
	}
	string_pool_clear(&report->arena->strings);
	g_free(report->arena);
	g_free(report);
}

void *report_alloc(Report *report, size_t size)
{
	void *memory =
		arena_allocate(report->arena, size, _Alignof(max_align_t));

	memset(memory, 0, size);
	return memory;
}

const char *report_copy_string(Report *report, const char *text, size_t length)
{
	ReportArena *arena = report->arena;
	const char **place = string_pool_get(&arena->strings, text, length);
	char *copy;

	if (*place != NULL)
		return *place;
	copy = arena_allocate(arena, length + 1, 1);
	memcpy(copy, text, length);
	copy[length] = '\0';
	*place = copy;
	return copy;
}

static int64_t add_capped(int64_t sum, int64_t count)
{
	return sum > INT64_MAX - count ? INT64_MAX : sum + count;
}

enum {
	KIND_TLSA,
	KIND_STS,
	KIND_OTHER,
	KINDS,
};

static size_t get_kind(const char *policy_type)
{
	if (strcmp(policy_type, "tlsa") == 0)
		return KIND_TLSA;
	return strcmp(policy_type, "sts") == 0 ? KIND_STS : KIND_OTHER;
}

static void add_sessions(
	ReportSessions *sum, int64_t successful, int64_t failed)
{
	sum->successful = add_capped(sum->successful, successful);
	sum->failed = add_capped(sum->failed, failed);
}

/* What there is by domain: an array of KINDS for each. */
static GHashTable *sum_by_domain(const Report *report)
{
	GHashTable *domains =
		g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);

	for (size_t i = 0; i < report->policy_count; i++) {
		const ReportPolicy *policy = &report->policies[i];
		ReportSessions *kinds =
			g_hash_table_lookup(domains, policy->policy_domain);

		if (kinds == NULL) {
			kinds = g_new0(ReportSessions, KINDS);
			g_hash_table_insert(domains,
				(void *)(uintptr_t)policy->policy_domain,
				kinds);
		}
		add_sessions(&kinds[get_kind(policy->policy_type)],
			policy->successful_sessions, policy->failed_sessions);
	}
	return domains;
}

ReportSessions report_get_sessions(const Report *report)
{
	g_autoptr(GHashTable) domains = sum_by_domain(report);
	ReportSessions sum = {0};
	GHashTableIter iterator;
	void *value;

	g_hash_table_iter_init(&iterator, domains);
	while (g_hash_table_iter_next(&iterator, NULL, &value)) {
		const ReportSessions *kinds = value;

		add_sessions(&sum,
			MAX(kinds[KIND_TLSA].successful,
				kinds[KIND_STS].successful),
			MAX(kinds[KIND_TLSA].failed, kinds[KIND_STS].failed));
		add_sessions(&sum, kinds[KIND_OTHER].successful,
			kinds[KIND_OTHER].failed);
	}
	return sum;
}

static bool is_host_of(const char *host, const char *domain)
{
	const char *dot = strchr(host, '.');

	while (dot != NULL && strcmp(dot + 1, domain) != 0)
		dot = strchr(dot + 1, '.');
	return dot != NULL;
}

/* The policy domain of a tlsa policy is the MX host (RFC 8460 section 4.4). */
static bool is_about(const ReportPolicy *policy, const char *const *domains)
{
	bool is_host = strcmp(policy->policy_type, "tlsa") == 0;

	for (; *domains != NULL; domains++) {
		if (strcmp(policy->policy_domain, *domains) == 0 ||
			(is_host &&
				is_host_of(policy->policy_domain, *domains)))
			return true;
	}
	return false;
}

static void add_remark(Report *report, const char *remark)
{
	size_t count = 0;
	const char **remarks;

	while (report->remarks[count] != NULL)
		count++;
	remarks = report_alloc(report, (count + 2) * sizeof(*remarks));
	memcpy(remarks, report->remarks, count * sizeof(*remarks));
	remarks[count] = report_copy_string(report, remark, strlen(remark));
	report->remarks = remarks;
}

static void leave_out(
	Report *report, const ReportPolicy *policies, size_t count)
{
	g_autofree char *remark = g_strdup_printf(
		"policies about other domains than policy_domains left out: "
		"%zu of %zu",
		report->policy_count - count, report->policy_count);

	report->listed = report_get_listed(report, &report->listed_count);
	report->policies = policies;
	report->policy_count = count;
	add_remark(report, remark);
}

bool report_keep_policies(Report *report, const char *const *domains)
{
	ReportPolicy *kept = report_alloc(
		report, (report->policy_count + 1) * sizeof(*kept));
	size_t count = 0;

	for (size_t i = 0; i < report->policy_count; i++) {
		if (is_about(&report->policies[i], domains))
			kept[count++] = report->policies[i];
	}
	if (count > 0 && count < report->policy_count)
		leave_out(report, kept, count);
	return count > 0;
}

const ReportPolicy *report_get_listed(const Report *report, size_t *count)
{
	bool has_all = report->listed == NULL;

	*count = has_all ? report->policy_count : report->listed_count;
	return has_all ? report->policies : report->listed;
}

char *report_find_reporter(const Report *report, const char *submitter)
{
	char *domain = NULL;

	if (report->contact_info != NULL)
		domain = address_get_domain(report->contact_info);
	return domain != NULL ? domain : g_strdup(submitter);
}

size_t report_get_failure_count(const Report *report)
{
	size_t count = 0;

	for (size_t i = 0; i < report->policy_count; i++)
		count += report->policies[i].failure_count;
	return count;
}
