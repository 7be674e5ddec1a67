/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/setup/setup.h"

CommandStatus setup_run(const Setup *setup)
{
	(void)setup;
	command_complain("setup: this program was built without it "
			 "(--without-probe)");
	return COMMAND_UNAVAILABLE;
}
