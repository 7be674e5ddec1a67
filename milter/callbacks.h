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

/* Begins with no further message: its sender is asked to try again. Waits until
 * none is in hand, or until the deadline in the time of
 * g_get_monotonic_time(): false, and the intake must live on. libmilter itself
 * does not wait. */
bool callbacks_finish(gint64 deadline);

#endif
