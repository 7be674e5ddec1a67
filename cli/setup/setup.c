/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/setup/setup.h"

#include <unistd.h>

#include "cli/check/probe-open.h"
#include "cli/setup/error.h"
#include "cli/setup/plan.h"
#include "cli/setup/print.h"
#include "cli/setup/save.h"
#include "probe/domain-probe.h"

static CommandStatus fail(const GError *error)
{
	command_complain("%s", error->message);
	return g_error_matches(error, SETUP_ERROR, SETUP_ERROR_UNKNOWN)
		       ? COMMAND_UNAVAILABLE
		       : COMMAND_BAD;
}

static void print_text(const Setup *setup, PolicyStsMode mode,
	const GPtrArray *steps, char **paths)
{
	TextStyle style = text_get_style(STDOUT_FILENO);
	g_autofree char *text = setup_print_text(steps, &style);

	command_printf("%s: to mode %s\n\n%s", setup->domain,
		policy_sts_mode_name(mode), text);
	if (paths == NULL || *paths == NULL)
		return;
	command_print("\n");
	for (; *paths != NULL; paths++) {
		g_autofree char *path = text_escape(*paths, style.utf8);

		command_printf("Wrote %s\n", path);
	}
}

static CommandStatus print(
	const Setup *setup, PolicyStsMode mode, const GPtrArray *steps)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) paths = NULL;
	g_autofree char *json = NULL;

	if (setup->directory != NULL) {
		paths = setup_save(
			steps, setup->directory, setup->force, &error);
		if (paths == NULL)
			return fail(error);
	}
	if (!setup->json) {
		print_text(setup, mode, steps, paths);
		return COMMAND_DONE;
	}
	json = setup_print_json(steps);
	command_print(json);
	return COMMAND_DONE;
}

static CommandStatus run_with(const Setup *setup, const SetupHttps *https,
	DomainProbe *probe, int64_t https_port)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DomainView) view = domain_probe_run(probe, setup->domain);
	g_autoptr(GPtrArray) steps = NULL;
	const SetupPlanWish wish = {
		.mode = setup->mode,
		.server = setup->server,
		.https_port = https_port,
		.addresses = setup->addresses,
		.https = https->uri != NULL ? https : NULL,
		.settings = setup->settings,
		.settings_path = setup->settings_path,
	};
	PolicyStsMode mode;

	if (view->weakness != NULL)
		command_complain("without DNSSEC, so that nothing of what "
				 "follows is validated: %s",
			view->weakness);
	steps = setup_plan_make(&wish, view, &mode, &error);
	return steps != NULL ? print(setup, mode, steps) : fail(error);
}

CommandStatus setup_run(const Setup *setup)
{
	g_autoptr(GError) error = NULL;
	DomainProbeOptions options =
		probe_open_get_options(setup->options, setup->settings);
	g_autoptr(DomainProbe) probe = NULL;
	g_auto(SetupHttps) https = {0};

	options.no_smtp = true;
	if (setup->https == NULL ||
		setup_https_read(setup->https, &https, &error))
		probe = domain_probe_open(&options, &error);
	if (probe != NULL)
		return run_with(setup, &https, probe, options.https_port);
	command_complain("%s", error->message);
	return COMMAND_USAGE;
}
