/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/string-pool.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

enum {
	/* Enough for a daily report; a power of two, as are all others. */
	FIRST_SIZE = 64,
	WORD_SIZE = sizeof(uint64_t),
};

/* Odd, its bits in no order: 2^64 divided by the golden ratio. */
#define FACTOR UINT64_C(0x9e3779b97f4a7c15)

static uint64_t add_word(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * FACTOR;
	return hash ^ hash >> 32;
}

/* Eight bytes at a time. A sender does not know where the pool lies, and so
 * hardly finds strings with equal sums. */
static uint64_t get_hash(
	const StringPool *pool, const char *text, size_t length)
{
	uint64_t hash = (uintptr_t)pool;
	size_t left = length;
	uint64_t word;

	for (; left >= WORD_SIZE; left -= WORD_SIZE) {
		memcpy(&word, text, WORD_SIZE);
		hash = add_word(hash, word);
		text += WORD_SIZE;
	}
	word = 0;
	memcpy(&word, text, left);
	return add_word(add_word(hash, word), length);
}

static bool is_entry(const StringPoolEntry *entry, uint64_t hash,
	const char *text, size_t length)
{
	return entry->hash == hash && strncmp(entry->text, text, length) == 0 &&
	       entry->text[length] == '\0';
}

/* The first entry that has the string, or none. */
static StringPoolEntry *find(
	const StringPool *pool, uint64_t hash, const char *text, size_t length)
{
	size_t at = hash & (pool->size - 1);

	while (pool->entries[at].text != NULL &&
		!is_entry(&pool->entries[at], hash, text, length))
		at = (at + 1) & (pool->size - 1);
	return &pool->entries[at];
}

static void add_entry(StringPool *pool, StringPoolEntry entry)
{
	size_t at = entry.hash & (pool->size - 1);

	while (pool->entries[at].text != NULL)
		at = (at + 1) & (pool->size - 1);
	pool->entries[at] = entry;
}

static void grow(StringPool *pool)
{
	StringPool grown = {.count = pool->count};

	grown.size = MAX(2 * pool->size, FIRST_SIZE);
	grown.entries = g_new0(StringPoolEntry, grown.size);
	for (size_t i = 0; i < pool->size; i++) {
		if (pool->entries[i].text != NULL)
			add_entry(&grown, pool->entries[i]);
	}
	string_pool_clear(pool);
	*pool = grown;
}

/* Half of the entries stay empty. */
const char **string_pool_get(StringPool *pool, const char *text, size_t length)
{
	uint64_t hash = get_hash(pool, text, length);
	StringPoolEntry *entry;

	if (pool->count >= pool->size / 2)
		grow(pool);
	entry = find(pool, hash, text, length);
	if (entry->text == NULL) {
		entry->hash = hash;
		pool->count++;
	}
	return &entry->text;
}

void string_pool_clear(StringPool *pool)
{
	g_clear_pointer(&pool->entries, g_free);
	pool->size = 0;
	pool->count = 0;
}
