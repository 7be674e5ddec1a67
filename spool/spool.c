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
#include "spool/spool-list.h"

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
	/* Of a file that is read. */
	size_t file_max;
	/* Other processes add to it. */
	bool shared;
};

/* Whoever adds files to a shared one is in its group; the daemon, whose
 * directory it is, reads them as one of all others. */
static const mode_t shared_modes[] = {0770, 0770, 0750};

enum {
	DIRECTORY_MODE = 0700,
	SHARED_DIRECTORY_MODE = 0750,
	FILE_MODE = 0600,
	SHARED_FILE_MODE = 0644,
	/* A file takes at least this on the disk. */
	BLOCK_SIZE = 4096,
	/* No web server lets a program write for so long. */
	UNFINISHED_SECONDS = 3600,
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

/* With these rights whatever the umask is, and with the group that the
 * directory above hands on. */
static bool make_directory(int parent, const char *name, mode_t mode)
{
	if (mkdirat(parent, name, mode) != 0)
		return errno == EEXIST;
	return fchmodat(parent, name, mode, 0) == 0;
}

static bool make_places(const Spool *spool, GError **error)
{
	for (int i = 0; i < PLACE_COUNT; i++) {
		mode_t mode = spool->shared ? shared_modes[i] : DIRECTORY_MODE;

		if (!make_directory(spool->directory, places[i], mode))
			return fail(spool, "cannot be written to", error);
	}
	return true;
}

static bool open_all_places(Spool *spool, GError **error)
{
	for (int i = 0; i < PLACE_COUNT; i++) {
		spool->place[i] = open_directory(spool->directory, places[i]);
		if (spool->place[i] < 0)
			return fail(spool, places[i], error);
	}
	return true;
}

static Spool *open_places(
	const char *path, bool shared, bool create, GError **error)
{
	g_autoptr(Spool) spool = g_new0(Spool, 1);

	spool->shared = shared;
	spool_set_message_max(spool, SPOOL_FILE_MESSAGE_MAX);
	spool->path = g_strdup(path);
	g_mutex_init(&spool->mutex);
	for (int i = 0; i < PLACE_COUNT; i++)
		spool->place[i] = -1;
	if (create)
		make_directory(AT_FDCWD, path,
			shared ? SHARED_DIRECTORY_MODE : DIRECTORY_MODE);
	spool->directory = open_directory(AT_FDCWD, path);
	if (spool->directory < 0) {
		fail(spool, "cannot be opened", error);
		return NULL;
	}
	if ((create && !make_places(spool, error)) ||
		!open_all_places(spool, error))
		return NULL;
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

static bool list_place(
	const Spool *spool, int number, GPtrArray *entries, GError **error)
{
	g_autofree char *path =
		g_build_filename(spool->path, places[number], NULL);

	return spool_list_add(entries, path, spool->place[number],
		number == PLACE_CORRUPT, error);
}

GPtrArray *spool_list(Spool *spool, GError **error)
{
	g_autoptr(GPtrArray) entries = spool_list_new();

	g_mutex_lock(&spool->mutex);
	if (!list_place(spool, PLACE_NEW, entries, error) ||
		!list_place(spool, PLACE_CORRUPT, entries, error)) {
		g_mutex_unlock(&spool->mutex);
		return NULL;
	}
	spool->bytes = spool_list_sum(entries, 1);
	g_mutex_unlock(&spool->mutex);
	spool_list_sort(entries);
	return g_steal_pointer(&entries);
}

/* Nobody was told that these are safe. Those that came after `until`, in Unix
 * seconds, may still be written. */
static bool remove_unfinished(Spool *spool, int64_t until, GError **error)
{
	g_autoptr(GPtrArray) entries = spool_list_new();

	if (!list_place(spool, PLACE_TMP, entries, error))
		return false;
	for (guint i = 0; i < entries->len; i++) {
		const SpoolEntry *entry = entries->pdata[i];

		if (entry->received <= until &&
			unlinkat(spool->place[PLACE_TMP], entry->name, 0) != 0)
			return fail(spool, "cannot be written to", error);
	}
	return true;
}

/* `until` as in remove_unfinished(). */
static Spool *open_alone(
	const char *directory, bool shared, int64_t until, GError **error)
{
	g_autoptr(Spool) spool = open_places(directory, shared, true, error);
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
	if (!remove_unfinished(spool, until, error))
		return NULL;
	entries = spool_list(spool, error);
	if (entries == NULL)
		return NULL;
	return g_steal_pointer(&spool);
}

Spool *spool_open(const char *directory, GError **error)
{
	return open_alone(directory, false, INT64_MAX, error);
}

Spool *spool_open_shared(const char *directory, GError **error)
{
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;

	return open_alone(directory, true, now - UNFINISHED_SECONDS, error);
}

Spool *spool_visit(const char *directory, GError **error)
{
	return open_places(directory, false, false, error);
}

Spool *spool_join(const char *directory, GError **error)
{
	return open_places(directory, true, false, error);
}

static bool is_full(const Spool *spool, uint64_t limit, GError **error)
{
	g_set_error(error, SPOOL_ERROR, SPOOL_ERROR_FULL,
		"%s: is full: the limit is %" PRIu64 " bytes (%s)", spool->path,
		limit,
		spool->shared ? "https_spool_max_bytes" : "spool_max_bytes");
	return true;
}

/* Other processes add to a shared spool, too: all that is in it counts, also
 * what is not finished. */
bool spool_has_room(
	const Spool *spool, size_t size, uint64_t limit, GError **error)
{
	g_autoptr(GPtrArray) entries = spool_list_new();
	uint64_t bytes;

	for (int i = 0; i < PLACE_COUNT; i++) {
		if (!list_place(spool, i, entries, error))
			return false;
	}
	bytes = spool_list_sum(entries, BLOCK_SIZE);
	return (size <= limit && bytes <= limit - size) ||
	       !is_full(spool, limit, error);
}

const char *spool_get_directory(const Spool *spool)
{
	return spool->path;
}

bool spool_is_shared(const Spool *spool)
{
	return spool->shared;
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
	return fits || !is_full(spool, limit, error);
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
	bool written;
	bool added = false;

	if (!reserve(spool, total, limit, &number, error))
		return false;
	name = g_strdup_printf("%016" PRId64 ".%u.%d", g_get_real_time(),
		number, (int)getpid());
	written = spool_file_write(spool->place[PLACE_TMP], name,
		spool->shared ? SHARED_FILE_MODE : FILE_MODE, head, message,
		size);
	if (written && spool->shared && !spool_has_room(spool, 0, limit, error))
		unlinkat(spool->place[PLACE_TMP], name, 0);
	else
		added = (written && publish(spool, name, total)) ||
			fail(spool, "cannot be written to", error);
	give_back(spool, total);
	return added;
}

void spool_set_message_max(Spool *spool, size_t size)
{
	spool->file_max = size + SPOOL_FILE_HEAD_MAX;
}

SpoolMessage *spool_read(Spool *spool, const SpoolEntry *entry, GError **error)
{
	int number = place_of(entry);
	g_autofree char *path = g_build_filename(
		spool->path, places[number], entry->name, NULL);
	SpoolMessage *message = spool_file_read(spool->place[number],
		entry->name, spool->file_max, path, error);

	if (message != NULL && spool->shared)
		spool_message_distrust(message);
	return message;
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
