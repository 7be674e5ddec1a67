/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_NOTIFY_H
#define MILTER_NOTIFY_H

/* Tells the service manager how the daemon is (sd_notify(3)); does nothing
 * where the program is built without libsystemd or not run by systemd. */

void notify_ready(void);
void notify_reloading(void);
void notify_stopping(void);
void notify_alive(void);

/* One line for `systemctl status`. */
void notify_status(const char *status);

#endif
