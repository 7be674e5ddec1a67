# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += spool/libspool.a
spool_libspool_a_SOURCES = \
	%D%/spool.c %D%/spool.h \
	%D%/spool-file.c %D%/spool-file.h \
	%D%/spool-limits.c %D%/spool-limits.h \
	%D%/spool-list.c %D%/spool-list.h
spool_libspool_a_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS)
SPOOL_LIBS = spool/libspool.a $(GLIB_LIBS)
