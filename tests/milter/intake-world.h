/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_MILTER_INTAKE_WORLD_H
#define TESTS_MILTER_INTAKE_WORLD_H

/* What stands around the intake of reports in its tests: mails, a spool in a
 * directory of its own, and a database and a log that say what they were
 * told. */

#include "milter/intake.h"
#include "milter/message.h"

#define HEAD                                                                   \
	"From: tls@reporter.example\r\nTLS-Report-Domain: site.example\r\n"    \
	"TLS-Report-Submitter: reporter.example\r\n"                           \
	"Content-Type: multipart/report; boundary=b\r\n\r\n"
#define PART(json)                                                             \
	"--b\r\nContent-Type: application/tlsrpt+json\r\n\r\n" json "\r\n"
#define REPORT(id)                                                             \
	PART("{\"organization-name\":\"Org\",\"report-id\":\"" id              \
	     "\",\"contact-info\":\"tls@reporter.example\",\"date-range\":"    \
	     "{\"start-datetime\":\"2026-01-20T00:00:00Z\","                   \
	     "\"end-datetime\":\"2026-01-20T23:59:59Z\"},\"policies\":[]}")
#define END "--b--\r\n"
#define SIGNED                                                                 \
	"Authentication-Results: mx.example; dkim=pass "                       \
	"header.d=reporter.example\r\n"                                        \
	"DKIM-Signature: v=1; d=reporter.example; s=s; h=content-type; "       \
	"b=x\r\n"
#define UNDECIDED                                                              \
	"Authentication-Results: mx.example; dkim=temperror "                  \
	"header.d=reporter.example\r\n"                                        \
	"DKIM-Signature: v=1; d=reporter.example; s=s; h=content-type; "       \
	"b=x\r\n"

/* What the database has been told, in words: "REPORT-ID by SIGNER" and
 * "quarantine REASON of PART", with a comma after each. It answers by the
 * report-id, and not at all while it is away. */
extern GString *world_said;
extern GString *world_lines;

typedef enum {
	NOTHING = 0,
	REQUIRE = 1,
	TEMPFAIL = 2,
	AWAY = 4,
	FEW = 8,
} Circumstances;

typedef struct {
	char *directory;
	Spool *spool;
	Intake *intake;
} World;

/* The caller frees it. */
Message *world_make_message(const char *mail, int circumstances);

/* Forgets what was said and logged. */
void world_reset(int circumstances);
guint world_count_spooled(const World *world);

/* For cmocka: the state is a World. */
int world_set_up(void **state);
int world_tear_down(void **state);

#endif
