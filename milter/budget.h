/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_BUDGET_H
#define MILTER_BUDGET_H

/* The memory that all messages in transit take together: a session may stay
 * open for hours with most of a message sent. Safe in several threads. */

#include <stdbool.h>
#include <stddef.h>

/* Takes so many bytes where all together then have no more than `limit`. */
bool budget_take(size_t size, size_t limit);

/* Gives them back. */
void budget_give_back(size_t size);

#endif
