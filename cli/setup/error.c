/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/setup/error.h"

GQuark setup_error_quark(void)
{
	return g_quark_from_static_string("setup-error-quark");
}
