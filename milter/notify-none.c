/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/notify.h"

void notify_ready(void)
{
}

void notify_reloading(void)
{
}

void notify_stopping(void)
{
}

void notify_alive(void)
{
}

void notify_status(const char *status)
{
	(void)status;
}
