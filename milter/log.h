/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_LOG_H
#define MILTER_LOG_H

/* The daemon's log: stderr where somebody reads it (a terminal, the journal,
 * another supervisor's pipe, a file), syslog otherwise. */

#include <glib.h>

/* `level` is the least urgent priority that is logged, `facility` one of
 * syslog.h. Called once, before there are other threads. */
void log_open(int level, int facility);

/* Another level, at any time. */
void log_set_level(int level);

/* One line; LOG_ERR: the operator must act, LOG_WARNING: a sender or the
 * network is wrong, LOG_INFO: one per report. Foreign text must come quoted.
 * Safe in several threads. */
void log_message(int priority, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
