/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_CLI_ALERT_INCIDENT_H
#define TESTS_CLI_ALERT_INCIDENT_H

/* Incidents of which messages tell. Members are borrowed: what is written is
 * compared, nothing is freed. */

#include "sql/store-alert.h"

/* A new one at a host with 12 domains, a reporter that is silent, and one that
 * is over, with names that are hostile to mail and terminals. */
extern const StoreIncident incident_expired;
extern const StoreIncident incident_silent;
extern const StoreIncident incident_over;

#endif
