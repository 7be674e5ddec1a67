/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/json-arena.h"

#include <stdlib.h>

enum {
	ALIGNMENT = alignof(max_align_t),
	/* Pages that nobody touches cost nothing. Once a block so large was
	 * freed, malloc() keeps as much instead of asking the kernel anew for
	 * each report: that took as long as the arena saves. */
	BLOCK_SIZE = 1 << 20,
};

struct JsonArenaBlock {
	JsonArenaBlock *next;
	alignas(max_align_t) char bytes[];
};

/* jansson's hooks are told of nothing but the size. */
static _Thread_local JsonArena *current;

void json_arena_open(JsonArena *arena)
{
	arena->outer = current;
	arena->blocks = NULL;
	arena->next = arena->first;
	arena->left = sizeof(arena->first);
	current = arena;
}

void json_arena_close(JsonArena *arena)
{
	JsonArenaBlock *next;

	for (JsonArenaBlock *block = arena->blocks; block != NULL;
		block = next) {
		next = block->next;
		free(block);
	}
	current = arena->outer;
}

JsonArena *json_arena_get(void)
{
	return current;
}

size_t json_arena_get_cost(size_t size)
{
	return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

static void *add_block(JsonArena *arena, size_t size)
{
	JsonArenaBlock *block = malloc(sizeof(*block) + size);

	if (block == NULL)
		return NULL;
	block->next = arena->blocks;
	arena->blocks = block;
	return block->bytes;
}

/* What is larger than a block has one of its own. */
void *json_arena_allocate(JsonArena *arena, size_t size)
{
	size_t cost = json_arena_get_cost(size);
	char *memory;

	if (cost > arena->left) {
		if (cost >= BLOCK_SIZE)
			return add_block(arena, cost);
		memory = add_block(arena, BLOCK_SIZE);
		if (memory == NULL)
			return NULL;
		arena->next = memory;
		arena->left = BLOCK_SIZE;
	}
	memory = arena->next;
	arena->next += cost;
	arena->left -= cost;
	return memory;
}
