/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/error.h"

GQuark probe_error_quark(void)
{
	return g_quark_from_static_string("probe-error-quark");
}
