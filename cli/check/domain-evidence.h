/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_CHECK_DOMAIN_EVIDENCE_H
#define CLI_CHECK_DOMAIN_EVIDENCE_H

/* Joins what is seen of a domain with what reporters saw. */

#include <glib.h>
#include <stdbool.h>

#include "probe/domain-view.h"
#include "sql/store.h"

/* Adds findings to the view, from alerts that are not over and from the
 * policies that reporters used. False with an error of sql/error.h. */
bool domain_evidence_add(DomainView *view, Store *store, GError **error);

#endif
