/* SPDX-License-Identifier: BSD-2-Clause */
/* Loaded before the C library and libpq, has every so many calls of one
 * function fail. Which one, and how often, stands in a file that the test and
 * the program share: $FAIL_CONTROL. */
/* Functions of others, with parameters of our own names. */
/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* `every` is 0 while nothing is to fail. */
typedef struct {
	char function[24];
	uint32_t every;
	uint32_t calls;
	uint32_t failed;
} Control;

static Control *control;

/* As the allocator of the C library calls itself. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

__attribute__((constructor)) static void attach(void)
{
	const char *path = getenv("FAIL_CONTROL");
	int file = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *memory;

	if (file == -1)
		return;
	memory = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE,
		MAP_SHARED, file, 0);
	close(file);
	if (memory != MAP_FAILED)
		control = memory;
}

/* Counts a call. */
static bool is_due(const char *function)
{
	uint32_t every = control != NULL ? control->every : 0;

	if (every == 0 || strcmp(control->function, function) != 0 ||
		__atomic_add_fetch(&control->calls, 1, __ATOMIC_SEQ_CST) %
				every !=
			0)
		return false;
	__atomic_add_fetch(&control->failed, 1, __ATOMIC_SEQ_CST);
	return true;
}

static int fail(int number)
{
	errno = number;
	return -1;
}

/* What goes to sockets and into the log is left alone. */
static bool is_file(int file)
{
	struct stat status;

	return file > STDERR_FILENO && fstat(file, &status) == 0 &&
	       S_ISREG(status.st_mode);
}

ssize_t write(int file, const void *data, size_t size)
{
	if (is_file(file) && is_due("write"))
		return fail(ENOSPC);
	return syscall(SYS_write, file, data, size);
}

int fsync(int file)
{
	return is_due("fsync") ? fail(EIO) : (int)syscall(SYS_fsync, file);
}

static int open_at(int directory, const char *path, int flags, mode_t mode)
{
	if (is_due("open"))
		return fail(EMFILE);
	return (int)syscall(SYS_openat, directory, path, flags, mode);
}

static mode_t get_mode(int flags, va_list arguments)
{
	return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t)
						    : 0;
}

#define OPEN(name)                                                             \
	int name(const char *path, int flags, ...)                             \
	{                                                                      \
		va_list arguments;                                             \
		mode_t mode;                                                   \
                                                                               \
		va_start(arguments, flags);                                    \
		mode = get_mode(flags, arguments);                             \
		va_end(arguments);                                             \
		return open_at(AT_FDCWD, path, flags, mode);                   \
	}

#define OPENAT(name)                                                           \
	int name(int directory, const char *path, int flags, ...)              \
	{                                                                      \
		va_list arguments;                                             \
		mode_t mode;                                                   \
                                                                               \
		va_start(arguments, flags);                                    \
		mode = get_mode(flags, arguments);                             \
		va_end(arguments);                                             \
		return open_at(directory, path, flags, mode);                  \
	}

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

int renameat(int from, const char *old, int to, const char *new)
{
	if (is_due("rename"))
		return fail(EIO);
	return (int)syscall(SYS_renameat2, from, old, to, new, 0);
}

int rename(const char *old, const char *new)
{
	return renameat(AT_FDCWD, old, AT_FDCWD, new);
}

int unlinkat(int directory, const char *path, int flags)
{
	if (is_due("unlink"))
		return fail(EIO);
	return (int)syscall(SYS_unlinkat, directory, path, flags);
}

int unlink(const char *path)
{
	return unlinkat(AT_FDCWD, path, 0);
}

static bool is_out_of_memory(void)
{
	if (!is_due("malloc"))
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return is_out_of_memory() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return is_out_of_memory() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
	return is_out_of_memory() ? NULL : __libc_realloc(memory, size);
}

#define REAL(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))

PGconn *PQconnectdbParams(
	const char *const *words, const char *const *values, int expand)
{
	return is_due("PQconnectdbParams")
		       ? NULL
		       : REAL(PQconnectdbParams)(words, values, expand);
}

/* NOLINTNEXTLINE(readability-function-size) */
int PQsendQueryParams(PGconn *conn, const char *command, int nParams,
	const Oid *paramTypes, const char *const *paramValues,
	const int *paramLengths, const int *paramFormats, int resultFormat)
{
	return is_due("PQsendQueryParams")
		       ? 0
		       : REAL(PQsendQueryParams)(conn, command, nParams,
				 paramTypes, paramValues, paramLengths,
				 paramFormats, resultFormat);
}

/* The command may have been executed all the same. */
int PQconsumeInput(PGconn *connection)
{
	int received = REAL(PQconsumeInput)(connection);

	return is_due("PQconsumeInput") ? 0 : received;
}

int PQflush(PGconn *connection)
{
	return is_due("PQflush") ? -1 : REAL(PQflush)(connection);
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
