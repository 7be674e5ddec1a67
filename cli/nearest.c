/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/nearest.h"

#include <stdint.h>
#include <string.h>

enum {
	/* As long as a domain may be. */
	MAX_LENGTH = 255,
	MAX_NAMES = 3,
	FAR = MAX_LENGTH + 1,
	/* To contain a shorter word says nothing. */
	MIN_PART = 3,
};

typedef struct {
	char *name;
	unsigned distance;
} Near;

/* How many letters must be added, left out, replaced or swapped with the next
 * one. Both texts have at most MAX_LENGTH bytes. */
static unsigned get_distance(const char *a, const char *b)
{
	unsigned rows[3][MAX_LENGTH + 1];
	size_t length = strlen(b);

	for (size_t j = 0; j <= length; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		unsigned *row = rows[i % 3];
		const unsigned *before = rows[(i + 2) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= length; j++) {
			row[j] = MIN(MIN(before[j], row[j - 1]) + 1,
				before[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
				a[i - 2] == b[j - 1])
				row[j] = MIN(
					row[j], rows[(i + 1) % 3][j - 2] + 1);
		}
	}
	return rows[strlen(a) % 3][length];
}

static unsigned measure(const char *word, const char *name)
{
	g_autofree char *folded = g_ascii_strdown(name, -1);
	size_t length = strlen(word);
	unsigned distance;

	if (length > MAX_LENGTH || strlen(folded) > MAX_LENGTH)
		return FAR;
	distance = get_distance(word, folded);
	if (distance <= (length + 2) / 3 ||
		(length >= MIN_PART && strstr(folded, word) != NULL))
		return distance;
	return FAR;
}

static void insert(Near near[MAX_NAMES], Near new)
{
	for (size_t i = 0; i < MAX_NAMES; i++) {
		if (new.distance < near[i].distance) {
			Near next = near[i];

			near[i] = new;
			new = next;
		}
	}
}

char *nearest_list(const char *word, const GPtrArray *names)
{
	g_autofree char *folded = g_ascii_strdown(word, -1);
	Near near[MAX_NAMES] = {{NULL, FAR}, {NULL, FAR}, {NULL, FAR}};
	char *found[MAX_NAMES + 1] = {NULL};

	for (guint i = 0; i < names->len; i++) {
		char *name = names->pdata[i];

		insert(near, (Near){name, measure(folded, name)});
	}
	for (size_t i = 0; i < MAX_NAMES; i++)
		found[i] = near[i].name;
	return found[0] != NULL ? g_strjoinv(", ", found) : NULL;
}
