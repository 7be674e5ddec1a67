/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_SNAPSHOT_H
#define MILTER_SNAPSHOT_H

/* The settings with what is derived from them. A message keeps the snapshot it
 * began with; a reload replaces the current one. */

#include <glib.h>

#include "conf/settings.h"
#include "intake/admit.h"
#include "milter/recipient.h"
#include "parser/parser.h"

/* Immutable. */
typedef struct {
	Settings *settings;
	RecipientMatcher *recipients;
	AdmitRules rules;
	ParseLimits limits;
} Snapshot;

/* Takes over the settings; the caller owns one reference. */
Snapshot *snapshot_new(Settings *settings);

/* The same with what settings_load() reads. An error, too, when it asks for
 * what is not built into the program. The caller owns one reference. */
Snapshot *snapshot_load(const char *path, GError **error);
Snapshot *snapshot_ref(Snapshot *snapshot);
void snapshot_unref(Snapshot *snapshot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Snapshot, snapshot_unref)

/* The current one of the process, for any thread: set takes over a reference,
 * get gives one. */
void snapshot_set_current(Snapshot *snapshot);
Snapshot *snapshot_get_current(void);

#endif
