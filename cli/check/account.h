/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_CHECK_ACCOUNT_H
#define CLI_CHECK_ACCOUNT_H

/* A user of the system with its groups, and what it may do with files. */

#include <glib.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

typedef struct {
	char *name;
	uid_t uid;
	gid_t *groups;
	int group_count;
} Account;

/* NULL when there is none of that name or number. The caller frees it. */
Account *account_find(const char *name);
Account *account_find_uid(uid_t uid);
void account_free(Account *account);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Account, account_free)

/* Whether the permissions of a file let the user do all of `wanted`, the bits
 * that they have for others: S_IROTH, S_IWOTH, S_IXOTH. */
bool account_may(
	const Account *account, const struct stat *status, mode_t wanted);

/* The directory highest in the tree, of those that contain an absolute path,
 * which the user may not pass through; NULL when it may pass all. What cannot
 * be looked at counts as passed. The caller frees it. */
char *account_find_barrier(const Account *account, const char *path);

/* The name of a user, or its number where it has none. The caller frees it. */
char *account_get_name(uid_t uid);

#endif
