/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_CHECK_DOMAIN_TEXT_H
#define CLI_CHECK_DOMAIN_TEXT_H

/* What was seen of a domain, for people: the verdict, what is wrong, the worst
 * first, and then all that was found. */

#include "cli/text.h"
#include "probe/domain-view.h"

/* The caller frees it. */
char *domain_text_write(const DomainView *view, const TextStyle *style);

#endif
