/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/json-arena.h"

#include <stdlib.h>

enum {
	ALIGNMENT = alignof(max_align_t),
	BLOCK_SIZE_MAX = 1 << 20,
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
	arena->block_size = sizeof(arena->first);
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

/* Each block is twice as large as the one before; what is larger has one of its
 * own. */
void *json_arena_allocate(JsonArena *arena, size_t size)
{
	size_t cost = json_arena_get_cost(size);
	char *memory;

	if (cost > arena->left) {
		if (cost >= arena->block_size)
			return add_block(arena, cost);
		if (arena->block_size < BLOCK_SIZE_MAX)
			arena->block_size *= 2;
		memory = add_block(arena, arena->block_size);
		if (memory == NULL)
			return NULL;
		arena->next = memory;
		arena->left = arena->block_size;
	}
	memory = arena->next;
	arena->next += cost;
	arena->left -= cost;
	return memory;
}
