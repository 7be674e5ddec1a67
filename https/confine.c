/* SPDX-License-Identifier: BSD-2-Clause */
#include "https/confine.h"

#include <errno.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

static const int refused[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(fork),
	SCMP_SYS(vfork),
	SCMP_SYS(clone),
	SCMP_SYS(clone3),
	SCMP_SYS(socket),
	SCMP_SYS(connect),
	SCMP_SYS(bind),
	SCMP_SYS(ptrace),
	SCMP_SYS(kill),
	SCMP_SYS(link),
	SCMP_SYS(linkat),
	SCMP_SYS(symlink),
	SCMP_SYS(symlinkat),
	SCMP_SYS(mount),
	SCMP_SYS(setuid),
	SCMP_SYS(setgid),
};

static bool add_rules(scmp_filter_ctx filter)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		/* What the machine does not have needs no rule. */
		int result = seccomp_rule_add(
			filter, SCMP_ACT_ERRNO(EPERM), refused[i], 0);

		if (result != 0 && result != -EDOM)
			return false;
	}
	return true;
}

bool confine_process(void)
{
	scmp_filter_ctx filter;
	bool done;

	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return false;
	filter = seccomp_init(SCMP_ACT_ALLOW);
	if (filter == NULL)
		return false;
	done = add_rules(filter) && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return done;
}
