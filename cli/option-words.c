/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/option-words.h"

#include <string.h>

#include "cli/nearest.h"

typedef struct {
	const GOptionEntry *const *tables;
	/* Of char *: those that are done. */
	GPtrArray *words;
	GError **error;
} Split;

/* Functions from here on are false, or NULL, with an error. */
static bool fail(const Split *split, const char *before, const char *name,
	size_t length, const char *after)
{
	g_autofree char *word = g_strndup(name, length);

	g_set_error(split->error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		"%s%s%s", before, word, after);
	return false;
}

static bool fail_unknown(const Split *split, const char *name, size_t length)
{
	g_autofree char *word = g_strndup(name, length);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *near = NULL;

	for (size_t t = 0; split->tables[t] != NULL; t++) {
		const GOptionEntry *entry = split->tables[t];

		for (; entry->long_name != NULL; entry++) {
			if (*entry->long_name != '\0')
				g_ptr_array_add(
					names, g_strdup(entry->long_name));
		}
	}
	near = nearest_list(word, names);
	g_set_error(split->error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
		"there is no option --%s%s%s", word,
		near != NULL ? "; nearest: --" : "", near != NULL ? near : "");
	return false;
}

/* By its name, or a beginning that no other has. */
static const GOptionEntry *find_long(
	const Split *split, const char *name, size_t length)
{
	const GOptionEntry *found = NULL;
	size_t count = 0;

	for (size_t t = 0; length > 0 && split->tables[t] != NULL; t++) {
		const GOptionEntry *entry = split->tables[t];

		for (; entry->long_name != NULL; entry++) {
			if (strncmp(entry->long_name, name, length) != 0)
				continue;
			if (entry->long_name[length] == '\0')
				return entry;
			found = entry;
			count++;
		}
	}
	if (count > 1)
		fail(split, "--", name, length,
			" may be one of several options");
	else if (count == 0)
		fail_unknown(split, name, length);
	return count == 1 ? found : NULL;
}

static const GOptionEntry *find_short(const Split *split, const char *name)
{
	for (size_t t = 0; split->tables[t] != NULL; t++) {
		const GOptionEntry *entry = split->tables[t];

		for (; entry->long_name != NULL; entry++) {
			if (entry->short_name == *name && *name != '\0')
				return entry;
		}
	}
	fail(split, "there is no option -", name, 1, "");
	return NULL;
}

static void add(Split *split, const GOptionEntry *entry, const char *value)
{
	g_ptr_array_add(
		split->words, g_strconcat("--", entry->long_name,
				      value != NULL ? "=" : NULL, value, NULL));
}

/* `value` is in the word itself, or else it is the next word, which is then
 * taken. */
static bool add_with_value(Split *split, const GOptionEntry *entry,
	const char *value, char *const **next)
{
	if (value == NULL)
		value = *(*next)++;
	if (value == NULL) {
		(*next)--;
		return fail(split, "--", entry->long_name,
			strlen(entry->long_name), " needs a value");
	}
	add(split, entry, value);
	return true;
}

static bool add_long(Split *split, const char *name, char *const **next)
{
	size_t length = strcspn(name, "=");
	const char *value = name[length] == '=' ? name + length + 1 : NULL;
	const GOptionEntry *entry = find_long(split, name, length);

	if (entry == NULL)
		return false;
	if (entry->arg != G_OPTION_ARG_NONE)
		return add_with_value(split, entry, value, next);
	if (value != NULL)
		return fail(split, "--", name, length, " takes no value");
	add(split, entry, NULL);
	return true;
}

/* Several without a value may stand in one word, and the last may have one. */
static bool add_short(Split *split, const char *letters, char *const **next)
{
	for (; *letters != '\0'; letters++) {
		const GOptionEntry *entry = find_short(split, letters);

		if (entry == NULL)
			return false;
		if (entry->arg != G_OPTION_ARG_NONE)
			return add_with_value(split, entry,
				letters[1] != '\0' ? letters + 1 : NULL, next);
		add(split, entry, NULL);
	}
	return true;
}

static void add_rest(Split *split, char *const *words)
{
	for (; *words != NULL; words++)
		g_ptr_array_add(split->words, g_strdup(*words));
}

static bool add_all(Split *split, char *const *words, bool first)
{
	while (*words != NULL) {
		const char *word = *words;
		bool option = word[0] == '-' && word[1] != '\0';
		bool is_long = option && word[1] == '-';

		if ((first && !option) || (is_long && word[2] == '\0'))
			break;
		words++;
		if (!option)
			g_ptr_array_add(split->words, g_strdup(word));
		else if (is_long ? !add_long(split, word + 2, &words)
				 : !add_short(split, word + 1, &words))
			return false;
	}
	add_rest(split, words);
	return true;
}

char **option_words_split(char *const *words, const GOptionEntry *const *tables,
	bool first, GError **error)
{
	g_autoptr(GPtrArray) done = g_ptr_array_new_with_free_func(g_free);
	Split split = {tables, done, error};

	g_ptr_array_add(done, g_strdup(*words));
	if (!add_all(&split, words + 1, first))
		return NULL;
	g_ptr_array_add(done, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&done), FALSE);
}
