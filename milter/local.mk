# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += milter/libmilterglue.a
milter_libmilterglue_a_SOURCES = \
	%D%/allowance.c %D%/allowance.h \
	%D%/arrival.c %D%/arrival.h \
	%D%/budget.c %D%/budget.h \
	%D%/callbacks.c %D%/callbacks.h \
	%D%/collector.c %D%/collector.h \
	%D%/endpoint.c %D%/endpoint.h \
	%D%/gate.c %D%/gate.h \
	%D%/intake.c %D%/intake.h \
	%D%/log.c %D%/log.h \
	%D%/metrics.c %D%/metrics.h %D%/metrics.def \
	%D%/metrics-alerts.c %D%/metrics-alerts.h \
	%D%/notify.h \
	%D%/recipient.c %D%/recipient.h \
	%D%/replay.c %D%/replay.h \
	%D%/trouble.c %D%/trouble.h \
	%D%/server.c %D%/server.h \
	%D%/message.c %D%/message.h \
	%D%/snapshot.c %D%/snapshot.h \
	%D%/upkeep.c %D%/upkeep.h \
	%D%/verdict.c %D%/verdict.h %D%/verdict.def \
	%D%/worker.c %D%/worker.h
if HAVE_SYSTEMD
milter_libmilterglue_a_SOURCES += %D%/notify.c
EXTRA_DIST += %D%/notify-none.c
else
milter_libmilterglue_a_SOURCES += %D%/notify-none.c
EXTRA_DIST += %D%/notify.c
endif
milter_libmilterglue_a_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS) $(SYSTEMD_CFLAGS)
GLUE_LIBS = milter/libmilterglue.a $(MILTER_LIBS) $(SYSTEMD_LIBS) \
	$(INTAKE_LIBS)

sbin_PROGRAMS += milter/tlsrpt-milter
milter_tlsrpt_milter_SOURCES = %D%/main.c
milter_tlsrpt_milter_CFLAGS = $(milter_libmilterglue_a_CFLAGS)
milter_tlsrpt_milter_LDADD = $(GLUE_LIBS) $(JEMALLOC_LIBS)
