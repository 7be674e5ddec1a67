/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cli/setup/planning.h"

static bool is_ready(const SetupPlanning *planning)
{
	const GPtrArray *endpoints = planning->view->endpoints;

	for (guint i = 0; i < endpoints->len; i++) {
		const ReportEndpoint *endpoint = endpoints->pdata[i];

		if (strcmp(endpoint->uri, planning->wish->https->uri) == 0 &&
			endpoint->outcome == REPORT_ENDPOINT_READY)
			return true;
	}
	return false;
}

void setup_planning_add_https(const SetupPlanning *planning)
{
	static const char title[] = "Receive reports by HTTPS";
	const SetupHttps *https = planning->wish->https;
	SetupServer server = planning->wish->server;
	g_autofree char *rest = NULL;
	SetupStep *step;

	if (https == NULL)
		return;
	if (is_ready(planning)) {
		setup_step_add_done(planning->steps, title,
			"%s answers that reports are taken.", https->uri);
		return;
	}
	rest = setup_https_get_rest(server, https);
	step = setup_step_add(planning->steps, title,
		"Run this as root on the web server of %s, which has to be the "
		"host that receives reports, with a certificate that everybody "
		"trusts.%s tlsrpt-https(8) explains it.",
		https->host, rest);
	setup_step_take_content(
		step, NULL, setup_https_get_commands(server, https));
}
