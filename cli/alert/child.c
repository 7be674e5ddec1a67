/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/child.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	COMPLAINT_MAX = 4096,
	/* How long its end may go unnoticed, in milliseconds. */
	INTERVAL = 50,
};

/* `input` and `output` are our ends of pipes to its stdin and from its stderr,
 * -1 when closed. */
typedef struct {
	pid_t pid;
	int input;
	int output;
	const char *left;
	GString *complaint;
} Child;

static void child_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void child_clear(Child *child)
{
	child_close(&child->input);
	child_close(&child->output);
	g_string_free(child->complaint, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Child, child_clear)

static bool fail(GError **error, const char *what, int number)
{
	g_set_error(error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED, "%s: %s", what,
		g_strerror(number));
	return false;
}

/* posix_spawn() leaves the words alone, but wants them writable. */
static char **copy_words(const char *const *argv)
{
	GPtrArray *words = g_ptr_array_new();

	for (; *argv != NULL; argv++)
		g_ptr_array_add(words, g_strdup(*argv));
	g_ptr_array_add(words, NULL);
	return (char **)g_ptr_array_free(words, FALSE);
}

/* posix_spawn() with the child's ends of the pipes; the error number. */
static int spawn(pid_t *pid, const char *const *argv, int input, int output)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	g_auto(GStrv) words = copy_words(argv);
	g_auto(GStrv) environment = g_get_environ();
	sigset_t none;
	sigset_t ignored;
	int result;

	sigemptyset(&none);
	sigemptyset(&ignored);
	sigaddset(&ignored, SIGPIPE);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawn_file_actions_addopen(
		&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP |
						      POSIX_SPAWN_SETSIGMASK |
						      POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &ignored);
	result = posix_spawn(
		pid, words[0], &actions, &attributes, words, environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return result;
}

static bool start(Child *child, const char *const *argv, GError **error)
{
	int input[2];
	int output[2];
	int result;

	if (!g_unix_open_pipe(input, FD_CLOEXEC, error))
		return false;
	child->input = input[1];
	if (!g_unix_open_pipe(output, FD_CLOEXEC, error)) {
		close(input[0]);
		return false;
	}
	child->output = output[0];
	result = spawn(&child->pid, argv, input[0], output[1]);
	close(input[0]);
	close(output[1]);
	g_unix_set_fd_nonblocking(child->input, TRUE, NULL);
	g_unix_set_fd_nonblocking(child->output, TRUE, NULL);
	return result == 0 || fail(error, argv[0], result);
}

/* Whether a read or write may be tried again. */
static bool is_for_now(void)
{
	return errno == EAGAIN || errno == EINTR;
}

/* A program that does not want to read more is no failure. */
static void feed(Child *child)
{
	ssize_t done = write(child->input, child->left, strlen(child->left));

	if (done > 0)
		child->left += done;
	if ((done < 0 && !is_for_now()) || *child->left == '\0')
		child_close(&child->input);
}

/* False when there is nothing more for now. */
static bool listen_to(Child *child)
{
	char buffer[COMPLAINT_MAX];
	ssize_t done = read(child->output, buffer, sizeof(buffer));
	size_t room = COMPLAINT_MAX - child->complaint->len;

	if (done > 0)
		g_string_append_len(child->complaint, buffer,
			(gssize)MIN((size_t)done, room));
	else if (done == 0 || !is_for_now())
		child_close(&child->output);
	return done > 0;
}

/* poll() ignores what is closed. */
static void serve(Child *child)
{
	struct pollfd fds[] = {
		{.fd = child->input, .events = POLLOUT},
		{.fd = child->output, .events = POLLIN},
	};

	if (poll(fds, G_N_ELEMENTS(fds), INTERVAL) <= 0)
		return;
	if (fds[0].revents != 0)
		feed(child);
	if (fds[1].revents != 0)
		listen_to(child);
}

/* Whoever else holds its stderr open need not end with it. */
static bool wait_for_end(Child *child, int *status, unsigned seconds)
{
	gint64 deadline =
		g_get_monotonic_time() + (gint64)seconds * G_USEC_PER_SEC;
	pid_t ended;

	while ((ended = waitpid(child->pid, status, WNOHANG)) == 0) {
		if (g_get_monotonic_time() > deadline)
			return false;
		serve(child);
	}
	while (child->output >= 0 && listen_to(child) &&
		child->complaint->len < COMPLAINT_MAX)
		continue;
	return ended > 0;
}

/* The first line of what it said, valid UTF-8, behind a colon; or nothing. */
static char *get_complaint(const Child *child)
{
	const char *text = child->complaint->str;
	size_t length = strcspn(text, "\n");
	g_autofree char *line = g_utf8_make_valid(text, (gssize)length);

	return g_strconcat(length > 0 ? ": " : "", line, NULL);
}

static bool judge(
	const char *name, int status, const char *complaint, GError **error)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	if (WIFEXITED(status))
		g_set_error(error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED,
			"%s: exit status %d%s", name, WEXITSTATUS(status),
			complaint);
	else
		g_set_error(error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED,
			"%s: killed by signal %d%s", name, WTERMSIG(status),
			complaint);
	return false;
}

bool child_run(const char *const *argv, const char *input, unsigned seconds,
	GError **error)
{
	g_auto(Child) child = {
		.input = -1,
		.output = -1,
		.left = input,
		.complaint = g_string_new(NULL),
	};
	g_autofree char *complaint = NULL;
	int status = 0;
	bool ended;

	if (!start(&child, argv, error))
		return false;
	ended = wait_for_end(&child, &status, seconds);
	complaint = get_complaint(&child);
	if (ended)
		return judge(argv[0], status, complaint, error);
	kill(-child.pid, SIGKILL);
	waitpid(child.pid, &status, 0);
	g_set_error(error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED,
		"%s: did not exit within %u seconds and was killed%s", argv[0],
		seconds, complaint);
	return false;
}
