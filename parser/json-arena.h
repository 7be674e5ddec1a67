/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_JSON_ARENA_H
#define PARSER_JSON_ARENA_H

/* Memory for the JSON of one report, given back all at once: half of what
 * jansson does is to allocate and to free. */

#include <glib.h>
#include <stdalign.h>
#include <stddef.h>

enum {
	/* Enough for a daily report without failures. */
	JSON_ARENA_FIRST_SIZE = 8192,
};

typedef struct JsonArenaBlock JsonArenaBlock;

typedef struct JsonArena {
	struct JsonArena *outer;
	JsonArenaBlock *blocks;
	char *next;
	size_t left;
	alignas(max_align_t) char first[JSON_ARENA_FIRST_SIZE];
} JsonArena;

/* Until it is closed, all that jansson allocates on this thread is in the
 * arena, and whatever is given back stays there. Nothing from before may be
 * given back while it is open, and nothing of it be used after. */
void json_arena_open(JsonArena *arena);
void json_arena_close(JsonArena *arena);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(JsonArena, json_arena_close)

/* The arena that is open on this thread, or NULL. */
JsonArena *json_arena_get(void);

/* What a request for `size` bytes takes of an arena, and the memory; NULL when
 * there is none. */
size_t json_arena_get_cost(size_t size);
void *json_arena_allocate(JsonArena *arena, size_t size);

#endif
