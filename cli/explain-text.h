/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_EXPLAIN_TEXT_H
#define CLI_EXPLAIN_TEXT_H

/* Explanations for a terminal: indented, wrapped and coloured. */

#include "cli/explain.h"
#include "cli/text.h"

/* The caller frees the text; its last line is ended. */
char *explain_text_report(const Report *report, const TextStyle *style);
char *explain_text_origin(const ExplainOrigin *origin, const TextStyle *style);

#endif
