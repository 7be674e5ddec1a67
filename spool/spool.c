/* SPDX-License-Identifier: BSD-2-Clause */
#include "spool/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spool/spool-file.h"

enum {
	PLACE_TMP,
	PLACE_NEW,
	PLACE_CORRUPT,
	PLACE_COUNT,
};

static const char *const places[] = {"tmp", "new", "corrupt"};

struct Spool {
	char *path;
	int directory;
	int place[PLACE_COUNT];
	GMutex mutex;
	/* In new/ and corrupt/; files come and go under the mutex, so that a
	 * listing counts each once. */
	uint64_t bytes;
	/* For files that are still being written. */
	uint64_t reserved;
	unsigned count;
};

GQuark spool_error_quark(void)
{
	return g_quark_from_static_string("tlsrpt-spool-error");
}

static bool fail(const Spool *spool, const char *what, GError **error)
{
	g_set_error(error, SPOOL_ERROR, SPOOL_ERROR_SYSTEM, "%s: %s: %s",
		spool->path, what, g_strerror(errno));
	return false;
}

static int place_of(const SpoolEntry *entry)
{
	return entry->corrupt ? PLACE_CORRUPT : PLACE_NEW;
}

static int open_directory(int parent, const char *name)
{
	return openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static Spool *open_places(const char *path, bool create, GError **error)
{
	g_autoptr(Spool) spool = g_new0(Spool, 1);

	spool->path = g_strdup(path);
	g_mutex_init(&spool->mutex);
	for (int i = 0; i < PLACE_COUNT; i++)
		spool->place[i] = -1;
	if (create)
		mkdir(path, 0700);
	spool->directory = open_directory(AT_FDCWD, path);
	if (spool->directory < 0) {
		fail(spool, "cannot be opened", error);
		return NULL;
	}
	for (int i = 0; i < PLACE_COUNT; i++) {
		if (create && mkdirat(spool->directory, places[i], 0700) != 0 &&
			errno != EEXIST) {
			fail(spool, "cannot be written to", error);
			return NULL;
		}
		spool->place[i] = open_directory(spool->directory, places[i]);
		if (spool->place[i] < 0) {
			fail(spool, places[i], error);
			return NULL;
		}
	}
	return g_steal_pointer(&spool);
}

void spool_close(Spool *spool)
{
	if (spool == NULL)
		return;
	for (int i = 0; i < PLACE_COUNT; i++) {
		if (spool->place[i] >= 0)
			close(spool->place[i]);
	}
	if (spool->directory >= 0)
		close(spool->directory);
	g_mutex_clear(&spool->mutex);
	g_free(spool->path);
	g_free(spool);
}

static void entry_free(SpoolEntry *entry)
{
	g_free(entry->name);
	g_free(entry);
}

static void add_entry(
	GPtrArray *entries, int place, int number, const char *name)
{
	struct stat status;
	SpoolEntry *entry;

	if (*name == '.' ||
		fstatat(place, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
		!S_ISREG(status.st_mode))
		return;
	entry = g_new0(SpoolEntry, 1);
	entry->name = g_strdup(name);
	entry->corrupt = number == PLACE_CORRUPT;
	entry->size = (size_t)status.st_size;
	entry->received = status.st_mtime;
	g_ptr_array_add(entries, entry);
}

static bool list_place(
	const Spool *spool, int number, GPtrArray *entries, GError **error)
{
	g_autofree char *path =
		g_build_filename(spool->path, places[number], NULL);
	g_autoptr(GError) problem = NULL;
	g_autoptr(GDir) directory = g_dir_open(path, 0, &problem);
	const char *name;

	if (directory == NULL) {
		g_set_error(error, SPOOL_ERROR, SPOOL_ERROR_SYSTEM, "%s",
			problem->message);
		return false;
	}
	while ((name = g_dir_read_name(directory)) != NULL)
		add_entry(entries, spool->place[number], number, name);
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

GPtrArray *spool_list(Spool *spool, GError **error)
{
	g_autoptr(GPtrArray) entries =
		g_ptr_array_new_with_free_func((GDestroyNotify)entry_free);
	uint64_t bytes = 0;

	g_mutex_lock(&spool->mutex);
	if (!list_place(spool, PLACE_NEW, entries, error) ||
		!list_place(spool, PLACE_CORRUPT, entries, error)) {
		g_mutex_unlock(&spool->mutex);
		return NULL;
	}
	for (guint i = 0; i < entries->len; i++)
		bytes += ((const SpoolEntry *)entries->pdata[i])->size;
	spool->bytes = bytes;
	g_mutex_unlock(&spool->mutex);
	g_ptr_array_sort(entries, compare_entries);
	return g_steal_pointer(&entries);
}

/* Nobody was told that these are safe. */
static bool remove_unfinished(Spool *spool, GError **error)
{
	g_autoptr(GPtrArray) entries =
		g_ptr_array_new_with_free_func((GDestroyNotify)entry_free);

	if (!list_place(spool, PLACE_TMP, entries, error))
		return false;
	for (guint i = 0; i < entries->len; i++) {
		const SpoolEntry *entry = entries->pdata[i];

		if (unlinkat(spool->place[PLACE_TMP], entry->name, 0) != 0)
			return fail(spool, "cannot be written to", error);
	}
	return true;
}

Spool *spool_open(const char *directory, GError **error)
{
	g_autoptr(Spool) spool = open_places(directory, true, error);
	g_autoptr(GPtrArray) entries = NULL;

	if (spool == NULL)
		return NULL;
	if (flock(spool->directory, LOCK_EX | LOCK_NB) != 0) {
		fail(spool, "another daemon uses it", error);
		return NULL;
	}
	if (faccessat(spool->place[PLACE_TMP], ".", W_OK, AT_EACCESS) != 0) {
		fail(spool, "cannot be written to", error);
		return NULL;
	}
	if (!remove_unfinished(spool, error))
		return NULL;
	entries = spool_list(spool, error);
	if (entries == NULL)
		return NULL;
	return g_steal_pointer(&spool);
}

Spool *spool_visit(const char *directory, GError **error)
{
	return open_places(directory, false, error);
}

/* Takes room for a file under the limit. */
static bool reserve(Spool *spool, size_t size, uint64_t limit, unsigned *number,
	GError **error)
{
	bool fits;

	g_mutex_lock(&spool->mutex);
	fits = size <= limit && spool->bytes <= limit - size &&
	       spool->reserved <= limit - size - spool->bytes;
	if (fits)
		spool->reserved += size;
	*number = spool->count++;
	g_mutex_unlock(&spool->mutex);
	if (!fits)
		g_set_error(error, SPOOL_ERROR, SPOOL_ERROR_FULL,
			"%s: is full: the limit is %" PRIu64
			" bytes (spool_max_bytes)",
			spool->path, limit);
	return fits;
}

/* From tmp/, where nobody counts it, to new/; what cannot be moved is
 * removed. */
static bool publish(Spool *spool, const char *name, size_t size)
{
	int from = spool->place[PLACE_TMP];
	int to = spool->place[PLACE_NEW];
	bool moved;
	int reason;

	g_mutex_lock(&spool->mutex);
	moved = renameat(from, name, to, name) == 0;
	reason = errno;
	if (moved)
		spool->bytes += size;
	g_mutex_unlock(&spool->mutex);
	if (moved)
		return fsync(to) == 0 && fsync(from) == 0;
	unlinkat(from, name, 0);
	errno = reason;
	return false;
}

static void give_back(Spool *spool, size_t size)
{
	g_mutex_lock(&spool->mutex);
	spool->reserved -= size;
	g_mutex_unlock(&spool->mutex);
}

static bool write_all(int file, const void *data, size_t size)
{
	const char *at = data;

	while (size > 0) {
		ssize_t written = write(file, at, size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		at += written;
		size -= (size_t)written;
	}
	return true;
}

/* `name` is left in tmp/ only when all of it is on the disk. */
static bool write_file(const Spool *spool, const char *name, const char *head,
	const uint8_t *message, size_t size)
{
	int place = spool->place[PLACE_TMP];
	int file = openat(
		place, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool written;
	int reason;

	if (file < 0)
		return false;
	written = write_all(file, head, strlen(head)) &&
		  write_all(file, message, size) && fsync(file) == 0;
	reason = errno;
	if (close(file) != 0 || !written) {
		unlinkat(place, name, 0);
		errno = written ? errno : reason;
		return false;
	}
	return true;
}

static bool move(const Spool *spool, int from, int to, const char *name)
{
	return renameat(spool->place[from], name, spool->place[to], name) ==
		       0 &&
	       fsync(spool->place[to]) == 0 && fsync(spool->place[from]) == 0;
}

bool spool_add(Spool *spool, const SpoolEnvelope *envelope,
	const uint8_t *message, size_t size, uint64_t limit, GError **error)
{
	g_autofree char *head = spool_file_write_head(envelope, size);
	g_autofree char *name = NULL;
	size_t total = strlen(head) + size;
	unsigned number;
	bool added;

	if (!reserve(spool, total, limit, &number, error))
		return false;
	name = g_strdup_printf("%016" PRId64 ".%u.%d", g_get_real_time(),
		number, (int)getpid());
	added = write_file(spool, name, head, message, size) &&
		publish(spool, name, total);
	if (!added)
		fail(spool, "cannot be written to", error);
	give_back(spool, total);
	return added;
}

SpoolMessage *spool_read(Spool *spool, const SpoolEntry *entry, GError **error)
{
	g_autofree char *path = g_build_filename(
		spool->path, places[place_of(entry)], entry->name, NULL);

	return spool_file_read(path, error);
}

bool spool_remove(Spool *spool, const SpoolEntry *entry, GError **error)
{
	int place = spool->place[place_of(entry)];
	bool removed;

	g_mutex_lock(&spool->mutex);
	removed = unlinkat(place, entry->name, 0) == 0;
	if (removed)
		spool->bytes -= MIN(entry->size, spool->bytes);
	g_mutex_unlock(&spool->mutex);
	return (removed && fsync(place) == 0) ||
	       fail(spool, entry->name, error);
}

bool spool_set_aside(Spool *spool, const SpoolEntry *entry, GError **error)
{
	return move(spool, PLACE_NEW, PLACE_CORRUPT, entry->name) ||
	       fail(spool, entry->name, error);
}

bool spool_retry(Spool *spool, const SpoolEntry *entry, GError **error)
{
	return move(spool, PLACE_CORRUPT, PLACE_NEW, entry->name) ||
	       fail(spool, entry->name, error);
}
