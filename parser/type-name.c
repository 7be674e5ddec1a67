/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/type-name.h"

#include <glib.h>
#include <string.h>

#include "parser/utf8.h"

char *type_name_make_canonical(const char *text)
{
	g_autofree char *lower = g_utf8_strdown(text, -1);
	char *name = g_strstrip(lower);

	name[utf8_cut(name, strlen(name), TYPE_NAME_MAX)] = '\0';
	return g_strdup(g_strdelimit(name, "_ \t\n\v\f\r", '-'));
}
