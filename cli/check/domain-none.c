/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check/domain.h"

CommandStatus domain_check(const DomainCheck *check)
{
	(void)check;
	command_complain("check-domain: this program was built without it "
			 "(--without-probe)");
	return COMMAND_UNAVAILABLE;
}
