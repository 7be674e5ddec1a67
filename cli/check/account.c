/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check/account.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>

enum {
	/* An entry of the user database. */
	ENTRY_MAX = 16384,
	GROUPS_MAX = 1024,
};

static Account *account_new(const struct passwd *entry)
{
	Account *account = g_new0(Account, 1);

	account->name = g_strdup(entry->pw_name);
	account->uid = entry->pw_uid;
	account->groups = g_new0(gid_t, GROUPS_MAX);
	account->group_count = GROUPS_MAX;
	if (getgrouplist(entry->pw_name, entry->pw_gid, account->groups,
		    &account->group_count) < 0)
		account->group_count = GROUPS_MAX;
	return account;
}

Account *account_find(const char *name)
{
	char buffer[ENTRY_MAX];
	struct passwd entry;
	struct passwd *found = NULL;

	if (getpwnam_r(name, &entry, buffer, sizeof(buffer), &found) != 0 ||
		found == NULL)
		return NULL;
	return account_new(found);
}

Account *account_find_uid(uid_t uid)
{
	char buffer[ENTRY_MAX];
	struct passwd entry;
	struct passwd *found = NULL;

	if (getpwuid_r(uid, &entry, buffer, sizeof(buffer), &found) != 0 ||
		found == NULL)
		return NULL;
	return account_new(found);
}

void account_free(Account *account)
{
	if (account == NULL)
		return;
	g_free(account->name);
	g_free(account->groups);
	g_free(account);
}

static bool has_group(const Account *account, gid_t group)
{
	for (int i = 0; i < account->group_count; i++) {
		if (account->groups[i] == group)
			return true;
	}
	return false;
}

bool account_may(
	const Account *account, const struct stat *status, mode_t wanted)
{
	mode_t granted = status->st_mode;

	if (account->uid == 0)
		return true;
	if (account->uid == status->st_uid)
		granted >>= 6;
	else if (has_group(account, status->st_gid))
		granted >>= 3;
	return (granted & wanted) == wanted;
}

char *account_find_barrier(const Account *account, const char *path)
{
	for (const char *slash = strchr(path, '/'); slash != NULL;
		slash = strchr(slash + 1, '/')) {
		size_t length = MAX((size_t)(slash - path), 1);
		g_autofree char *directory = g_strndup(path, length);
		struct stat status;

		if (stat(directory, &status) == 0 &&
			!account_may(account, &status, S_IXOTH))
			return g_steal_pointer(&directory);
	}
	return NULL;
}

char *account_get_name(uid_t uid)
{
	g_autoptr(Account) account = account_find_uid(uid);

	if (account == NULL)
		return g_strdup_printf("user %u", (unsigned)uid);
	return g_strdup(account->name);
}
