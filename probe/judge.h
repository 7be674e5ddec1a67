/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_JUDGE_H
#define PROBE_JUDGE_H

/* From what was seen of a domain to what there is to say of it. Asks nobody:
 * what is the same is judged the same. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "probe/domain-view.h"

/* `soon_days`: that many days before its end a certificate should have been
 * renewed; 0: when less than a quarter of its life is left. `files` are
 * Certificate of the mail server of this host, read from disk. `our_addresses`
 * receive reports here, NULL or empty where that is not known: LOCAL@DOMAIN or
 * @DOMAIN. */
typedef struct {
	int64_t soon_days;
	const GPtrArray *files;
	const char *const *our_addresses;
} JudgeOptions;

/* Fills findings and verdict of the view. */
void judge_domain(DomainView *view, const JudgeOptions *options);

/* Puts findings in order and makes the verdict, also after some were added. */
void judge_conclude(DomainView *view);

/* The parts of it, each of which adds its findings. */
void judge_dns(DomainView *view);
void judge_tlsrpt(DomainView *view, const JudgeOptions *options);
void judge_sts(DomainView *view);
void judge_mx(DomainView *view, const JudgeOptions *options);
void judge_dane(DomainView *view, const JudgeOptions *options);

/* Says that a name could not be looked up, or that its answer is forged; true
 * when the answer can be used. */
bool judge_answer(DomainView *view, const char *name, ResolverOutcome outcome,
	const char *problem);

#endif
