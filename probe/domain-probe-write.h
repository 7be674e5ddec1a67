/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_DOMAIN_PROBE_WRITE_H
#define PROBE_DOMAIN_PROBE_WRITE_H

/* A view of a domain as JSON. */

#include <jansson.h>

#include "probe/domain-view.h"

/* The caller owns the object. */
json_t *domain_probe_write(const DomainView *view);

/* Its findings alone. The caller owns the array. */
json_t *domain_probe_write_findings(const DomainView *view);

/* One word for what a try showed: "ok", "not-tried", or the code of the finding
 * that it leads to, without "mx-". */
const char *domain_probe_write_result(const DomainView *view,
	const DomainViewMx *mx, const MailExchangerTry *try);

#endif
