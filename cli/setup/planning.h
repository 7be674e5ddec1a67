/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_SETUP_PLANNING_H
#define CLI_SETUP_PLANNING_H

/* The steps of a plan, each of which adds itself: as something to do, or as
 * right already. */

#include <glib.h>
#include <stdint.h>

#include "cli/setup/plan.h"
#include "cli/setup/step.h"

enum {
	/* Until resolvers have forgotten what there was before. */
	SETUP_PLANNING_WAIT_RECORD = 3600,
	SETUP_PLANNING_WAIT_REMOVED = 86400,
	/* In which large senders report daily. */
	SETUP_PLANNING_WAIT_TESTING = 14 * 86400,
};

/* All borrowed. `host` is the policy host, `address` the one that receives
 * reports. `is_new`: senders have to learn of another policy. */
typedef struct {
	const SetupPlanWish *wish;
	const DomainView *view;
	const PolicySts *policy;
	const char *host;
	const char *address;
	bool is_new;
	GPtrArray *steps;
} SetupPlanning;

/* Where reports go: the first of report_addresses that is a whole address, or
 * one in their domain; where there are none, as the record says, or what is
 * usual. The caller frees it. */
char *setup_planning_get_address(
	const SetupPlanWish *wish, const DomainView *view);

/* Whether senders see a record that announces a policy. */
bool setup_planning_is_announced(const DomainView *view);

/* Our own configuration, the TLSRPT records, and those of MX hosts. */
void setup_planning_add_settings(const SetupPlanning *planning);
void setup_planning_add_tlsrpt(const SetupPlanning *planning);
void setup_planning_add_hosts(const SetupPlanning *planning);

/* The web server that takes reports, where it is wished for. */
void setup_planning_add_https(const SetupPlanning *planning);

/* The policy host and what it serves. */
void setup_planning_add_web(const SetupPlanning *planning);

/* The record that announces the policy. */
void setup_planning_add_record(const SetupPlanning *planning);

/* How long mode none has to stay, and what goes then. */
void setup_planning_add_removal(const SetupPlanning *planning);

/* Adds records to a step, and their lines for a zone file. */
void setup_planning_finish_records(
	const SetupPlanning *planning, SetupStep *step);

#endif
