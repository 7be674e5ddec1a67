# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += intake/libintake.a
intake_libintake_a_SOURCES = \
	%D%/admit.c %D%/admit.h \
	%D%/limits.c %D%/limits.h \
	%D%/reason.c %D%/reason.h
intake_libintake_a_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS)
INTAKE_LIBS = intake/libintake.a $(SPOOL_LIBS) $(STORE_LIBS) $(TRUST_LIBS) \
	$(SETTINGS_LIBS)
