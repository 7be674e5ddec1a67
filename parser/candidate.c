/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/candidate.h"

#include <glib.h>
#include <gmime/gmime.h>
#include <string.h>

#include "parser/filename.h"

static const struct {
	const char *type;
	CandidateClaim claim;
} media_types[] = {
	{"application/tlsrpt+gzip", CANDIDATE_DECLARED},
	{"application/tlsrpt+json", CANDIDATE_DECLARED},
	{"application/tlsrpt", CANDIDATE_DECLARED},
	{"application/tlsrpt+zip", CANDIDATE_DECLARED},
	{"application/tlsrpt+x-gzip", CANDIDATE_DECLARED},
	{"application/gzip", CANDIDATE_POSSIBLE},
	{"application/x-gzip", CANDIDATE_POSSIBLE},
	{"application/zip", CANDIDATE_POSSIBLE},
	{"application/x-zip-compressed", CANDIDATE_POSSIBLE},
	{"application/json", CANDIDATE_POSSIBLE},
	{"application/octet-stream", CANDIDATE_POSSIBLE},
	{"text/json", CANDIDATE_POSSIBLE},
	{"text/xml", CANDIDATE_POSSIBLE},
};

/* The beginnings of types that a mail without a report has: what people and
 * their programs write. A name makes them worth a look. */
static const char *const hopeless_types[] = {
	"text/plain",
	"text/html",
	"text/calendar",
	"image/",
	"audio/",
	"video/",
};

/* The fields that only a mail with a report has. */
static const char *const announcements[] = {
	"TLS-Report-Domain",
	"TLS-Report-Submitter",
};

bool candidate_get_claim(
	const char *type, const char *name, CandidateClaim *claim)
{
	for (size_t i = 0; i < G_N_ELEMENTS(media_types); i++) {
		if (g_ascii_strcasecmp(media_types[i].type, type) != 0)
			continue;
		*claim = media_types[i].claim;
		if (name != NULL && filename_is_report(name))
			*claim = MAX(*claim, CANDIDATE_NAMED);
		return true;
	}
	if (name == NULL)
		return false;
	*claim =
		filename_is_report(name) ? CANDIDATE_NAMED : CANDIDATE_POSSIBLE;
	return filename_is_report(name) || filename_is_archive(name);
}

static bool is_hopeless(const char *value)
{
	value += strspn(value, " \t\r\n");
	for (size_t i = 0; i < G_N_ELEMENTS(hopeless_types); i++) {
		if (g_ascii_strncasecmp(value, hopeless_types[i],
			    strlen(hopeless_types[i])) == 0)
			return true;
	}
	return false;
}

/* A file name among the parameters, also in pieces (RFC 2231). */
static bool has_file_name(const char *value)
{
	g_autofree char *lower = g_ascii_strdown(value, -1);

	return strstr(lower, "name") != NULL;
}

static bool is_content_type(const char *name)
{
	return g_ascii_strcasecmp(name, "Content-Type") == 0 ||
	       g_ascii_strcasecmp(name, CANDIDATE_MISSPELT_TYPE) == 0;
}

bool candidate_is_subject(const char *subject)
{
	return g_ascii_strncasecmp(subject, CANDIDATE_SUBJECT,
		       strlen(CANDIDATE_SUBJECT)) == 0;
}

static bool is_claiming_subject(const char *value)
{
	g_autofree char *subject = g_mime_utils_header_decode_text(NULL, value);

	return candidate_is_subject(subject + strspn(subject, " \t\r\n"));
}

/* The media type of a report, or the type of what the multipart is. */
static bool is_claiming_type(const char *value)
{
	g_autofree char *lower = g_ascii_strdown(value, -1);
	const char *found = strstr(lower, "report-type");

	if (strstr(lower, "application/tlsrpt") != NULL)
		return true;
	return found != NULL && strstr(found, "tlsrpt") != NULL;
}

bool candidate_is_claim(const char *name, const char *value)
{
	for (size_t i = 0; i < G_N_ELEMENTS(announcements); i++) {
		if (g_ascii_strcasecmp(name, announcements[i]) == 0)
			return true;
	}
	if (is_content_type(name))
		return is_claiming_type(value);
	return g_ascii_strcasecmp(name, "Subject") == 0 &&
	       is_claiming_subject(value);
}

bool candidate_is_announced(const char *name, const char *value)
{
	if (candidate_is_claim(name, value))
		return true;
	if (is_content_type(name))
		return !is_hopeless(value) || has_file_name(value);
	return g_ascii_strcasecmp(name, "Content-Disposition") == 0 &&
	       has_file_name(value);
}
