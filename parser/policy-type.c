/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/policy-type.h"

#include <glib.h>
#include <string.h>

static const PolicyTypeInfo infos[] = {
	{"tlsa", "DANE (TLSA records)"},
	{"sts", "MTA-STS"},
	{"no-policy-found", "no policy found"},
};

const PolicyTypeInfo *policy_type_get_info(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(infos); i++) {
		if (strcmp(infos[i].name, name) == 0)
			return &infos[i];
	}
	return NULL;
}
