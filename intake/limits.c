/* SPDX-License-Identifier: BSD-2-Clause */
#include "intake/limits.h"

#include "trust/dkim-verify.h"

enum {
	DAY = 86400,
};

ParseLimits limits_from_settings(const Settings *settings)
{
	ParseLimits limits = PARSE_LIMITS_DEFAULT;

	limits.message_size = (size_t)settings->max_message_size;
	limits.report_size = (size_t)settings->max_report_size;
	limits.parse_memory = (size_t)settings->max_parse_memory;
	limits.policies = (size_t)settings->max_policies;
	limits.failure_details = (size_t)settings->max_failure_details;
	limits.report_age = settings->max_report_age * DAY;
	limits.report_future = settings->max_report_future * DAY;
	return limits;
}

AuthenticateRules limits_get_authentication(
	const Settings *settings, bool over_https, int64_t deadline)
{
	static const AuthenticateMethod methods[] = {
		[SETTINGS_DKIM_OFF] = AUTHENTICATE_OFF,
		[SETTINGS_DKIM_AUTHRES] = AUTHENTICATE_AUTHRES,
		[SETTINGS_DKIM_VERIFY] = AUTHENTICATE_VERIFY,
	};

	AuthenticateMethod method = methods[settings->dkim];

	if (over_https && method == AUTHENTICATE_AUTHRES)
		method = dkim_verify_is_available() ? AUTHENTICATE_VERIFY
						    : AUTHENTICATE_OFF;
	return (AuthenticateRules){
		method, settings->trusted_authserv_id, deadline};
}
