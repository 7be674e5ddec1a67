/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/advise/advice.h"
#include "cli/advise/look.h"

void advise_look(G_GNUC_UNUSED const Settings *settings, GPtrArray *advices,
	G_GNUC_UNUSED guint most)
{
	for (guint i = 0; i < advices->len; i++) {
		Advice *advice = advices->pdata[i];

		if (advice_is_to_enforce(advice))
			advice_set_unseen(advice,
				"this program was built without a probe");
	}
}
