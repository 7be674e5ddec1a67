/* SPDX-License-Identifier: BSD-2-Clause */
/* The least that reading reports out of mails costs whoever has GMime, zlib and
 * jansson do it: each file of a directory is read and parsed, the part that is
 * a report decoded, inflated and loaded, and nothing looked at. Prints
 * microseconds of processors for a mail, all of them at work.
 *
 * Usage: bench-libraries DIRECTORY */
#include <gmime/gmime.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#include "parser/attachment.h"

enum {
	GZIP_WINDOW = 15 + 16,
	/* Of the text of a report in the benchmark. */
	ROOM = 1 << 20,
};

typedef struct {
	GPtrArray *paths;
	/* The next one to be taken. */
	int next;
} Work;

static void die(const char *message, const char *path)
{
	fprintf(stderr, "bench-libraries: %s: %s\n", path, message);
	exit(EXIT_FAILURE);
}

static GPtrArray *list_files(const char *directory)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	const char *name;

	if (dir == NULL)
		die("cannot be read", directory);
	while ((name = g_dir_read_name(dir)) != NULL)
		g_ptr_array_add(paths, g_build_filename(directory, name, NULL));
	if (paths->len == 0)
		die("is empty", directory);
	return paths;
}

/* The decoded content of a part, or NULL when it is no report. */
static GByteArray *decode(GMimeObject *part)
{
	GMimeContentType *type = g_mime_object_get_content_type(part);
	const char *subtype = g_mime_content_type_get_media_subtype(type);
	GByteArray *bytes = NULL;
	GMimeStream *stream;

	if (!GMIME_IS_PART(part) ||
		!g_mime_content_type_is_type(type, "application", "*"))
		return NULL;
	if (strstr(subtype, "gzip") == NULL && strstr(subtype, "json") == NULL)
		return NULL;
	bytes = g_byte_array_new();
	stream = g_mime_stream_mem_new_with_byte_array(bytes);
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_mime_data_wrapper_write_to_stream(
		g_mime_part_get_content(GMIME_PART(part)), stream);
	g_object_unref(stream);
	return bytes;
}

static void find(
	G_GNUC_UNUSED GMimeObject *parent, GMimeObject *part, gpointer data)
{
	GByteArray **found = data;

	if (*found == NULL)
		*found = decode(part);
}

static bool load(const GByteArray *bytes, uint8_t *room)
{
	z_stream zlib = {0};
	const void *text = room;
	size_t length;
	json_t *root;

	zlib.next_in = bytes->data;
	zlib.avail_in = bytes->len;
	zlib.next_out = room;
	zlib.avail_out = ROOM;
	if (inflateInit2(&zlib, GZIP_WINDOW) != Z_OK)
		return false;
	if (inflate(&zlib, Z_FINISH) == Z_STREAM_END) {
		length = zlib.total_out;
	} else {
		text = bytes->data;
		length = bytes->len;
	}
	inflateEnd(&zlib);
	root = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	json_decref(root);
	return root != NULL;
}

static void read_mail(const char *path, uint8_t *room)
{
	g_autoptr(GMimeStream) stream = NULL;
	g_autoptr(GMimeParser) parser = NULL;
	g_autoptr(GMimeMessage) message = NULL;
	g_autoptr(GByteArray) bytes = NULL;
	g_autofree char *content = NULL;
	gsize length;

	if (!g_file_get_contents(path, &content, &length, NULL))
		die("cannot be read", path);
	stream = g_mime_stream_mem_new_with_buffer(content, length);
	parser = g_mime_parser_new_with_stream(stream);
	message = g_mime_parser_construct_message(parser, NULL);
	if (message != NULL)
		g_mime_message_foreach(message, find, &bytes);
	if (bytes == NULL || !load(bytes, room))
		die("no report found", path);
}

static gpointer run(gpointer data)
{
	Work *work = data;
	uint8_t *room = g_malloc(ROOM);
	unsigned taken;

	while ((taken = (unsigned)g_atomic_int_add(&work->next, 1)) <
		work->paths->len)
		read_mail(work->paths->pdata[taken], room);
	g_free(room);
	return NULL;
}

static double get_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void run_all(Work *work)
{
	guint count = g_get_num_processors();
	g_autofree GThread **threads = g_new(GThread *, count);

	for (guint i = 0; i < count; i++)
		threads[i] = g_thread_new("mails", run, work);
	for (guint i = 0; i < count; i++)
		g_thread_join(threads[i]);
}

int main(int argc, char **argv)
{
	Work work = {0};
	double start;

	if (argc != 2)
		die("name a directory", "arguments");
	g_mime_init();
	work.paths = list_files(argv[1]);
	start = get_time();
	run_all(&work);
	printf("%.1f\n", (get_time() - start) / work.paths->len);
	g_ptr_array_unref(work.paths);
	return EXIT_SUCCESS;
}
