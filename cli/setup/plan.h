/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_SETUP_PLAN_H
#define CLI_SETUP_PLAN_H

/* From what a domain has to what it is to have: the steps, in the order in
 * which they have to happen. Asks nobody. */

#include <glib.h>
#include <stdint.h>

#include "cli/setup/https.h"
#include "cli/setup/virtual-host.h"
#include "conf/settings.h"
#include "parser/policy-string.h"
#include "probe/domain-view.h"

/* The names of the files. The third is for zones of others. */
#define SETUP_PLAN_POLICY_FILE "mta-sts.txt"
#define SETUP_PLAN_ZONE_FILE "records.zone"
#define SETUP_PLAN_OTHER_ZONE_FILE "records-elsewhere.zone"

/* All borrowed. `mode` is POLICY_STS_UNKNOWN where nobody has said one: then
 * enforce stays, and all else is testing. `addresses` are canonical, and those
 * of the web server, NULL or empty where they are not known. `https` is
 * where reports are to be sent by HTTPS, NULL for nowhere. `settings_path` is
 * where our own configuration is. */
typedef struct {
	PolicyStsMode mode;
	SetupServer server;
	int64_t https_port;
	const char *const *addresses;
	const SetupHttps *https;
	const Settings *settings;
	const char *settings_path;
} SetupPlanWish;

/* Of SetupStep; `mode` is the one that they lead to. NULL with
 * SETUP_ERROR_NAME, _UNKNOWN where the DNS could not be asked, or _REFUSED
 * where the domain takes no mail, or has no policy yet that could be enforced.
 * The caller unrefs it. */
GPtrArray *setup_plan_make(const SetupPlanWish *wish, const DomainView *view,
	PolicyStsMode *mode, GError **error);

#endif
