/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_CALLBACKS_H
#define MILTER_CALLBACKS_H

/* What libmilter calls: each callback translates for message.h and
 * intake.h. */

#include <glib.h>
#include <stdbool.h>

#include "milter/intake.h"

/* Registers the callbacks with libmilter; false when it refuses. Borrows the
 * intake for as long as callbacks may run. */
bool callbacks_register(Intake *intake);

/* Waits until no message is in hand, or until the deadline in the time of
 * g_get_monotonic_time(): false. libmilter itself does not wait. */
bool callbacks_wait(gint64 deadline);

#endif
