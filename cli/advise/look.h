/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ADVISE_LOOK_H
#define CLI_ADVISE_LOOK_H

/* Whether a domain that is to be enforced is fine at this moment. */

#include <glib.h>

#include "conf/settings.h"

/* Looks at the domains of an array of Advice that would go on to mode enforce,
 * the first `most` of them. What is seen and speaks against it changes the
 * verdict; where nothing can be seen, that is said. */
void advise_look(const Settings *settings, GPtrArray *advices, guint most);

#endif
