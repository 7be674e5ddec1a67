/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/budget.h"

#include <stdatomic.h>

static atomic_size_t used;

bool budget_take(size_t size, size_t limit)
{
	size_t before = atomic_load(&used);

	do {
		if (size > limit || before > limit - size)
			return false;
	} while (!atomic_compare_exchange_weak(&used, &before, before + size));
	return true;
}

void budget_give_back(size_t size)
{
	atomic_fetch_sub(&used, size);
}
