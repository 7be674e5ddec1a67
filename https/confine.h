/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HTTPS_CONFINE_H
#define HTTPS_CONFINE_H

/* What this process may not do from now on, whatever it is made to do. */

#include <stdbool.h>

/* It starts no program or process, opens no connection, and leaves no core. A
 * call that it may not make fails. False with errno set when the system cannot
 * do this. */
bool confine_process(void);

#endif
