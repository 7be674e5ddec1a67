/* SPDX-License-Identifier: BSD-2-Clause */
#include "spool/spool-list.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static void entry_free(SpoolEntry *entry)
{
	g_free(entry->name);
	g_free(entry);
}

GPtrArray *spool_list_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)entry_free);
}

static void add_entry(
	GPtrArray *entries, int place, bool corrupt, const char *name)
{
	struct stat status;
	SpoolEntry *entry;

	if (*name == '.' ||
		fstatat(place, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
		S_ISDIR(status.st_mode))
		return;
	entry = g_new0(SpoolEntry, 1);
	entry->name = g_strdup(name);
	entry->corrupt = corrupt;
	entry->size = S_ISREG(status.st_mode) ? (size_t)status.st_size : 0;
	entry->received = status.st_mtime;
	g_ptr_array_add(entries, entry);
}

bool spool_list_add(GPtrArray *entries, const char *path, int place,
	bool corrupt, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(GDir) directory = g_dir_open(path, 0, &problem);
	const char *name;

	if (directory == NULL) {
		g_set_error(error, SPOOL_ERROR, SPOOL_ERROR_SYSTEM, "%s",
			problem->message);
		return false;
	}
	while ((name = g_dir_read_name(directory)) != NULL)
		add_entry(entries, place, corrupt, name);
	return true;
}

/* Names begin with the time. */
static int compare_entries(const void *a, const void *b)
{
	const SpoolEntry *first = *(const SpoolEntry *const *)a;
	const SpoolEntry *second = *(const SpoolEntry *const *)b;

	if (first->corrupt != second->corrupt)
		return first->corrupt - second->corrupt;
	return strcmp(first->name, second->name);
}

void spool_list_sort(GPtrArray *entries)
{
	g_ptr_array_sort(entries, compare_entries);
}

uint64_t spool_list_sum(const GPtrArray *entries, uint64_t block)
{
	uint64_t bytes = 0;

	for (guint i = 0; i < entries->len; i++) {
		const SpoolEntry *entry = entries->pdata[i];

		bytes += (entry->size + block - 1) / block * block;
	}
	return bytes;
}
