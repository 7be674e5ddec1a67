# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += conf/libsettings.a
conf_libsettings_a_SOURCES = \
	%D%/address.c %D%/address.h \
	%D%/comment.c %D%/comment.h \
	%D%/settings.c %D%/settings.h \
	%D%/text-file.c %D%/text-file.h \
	%D%/value.c %D%/value.h
conf_libsettings_a_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS) $(CONFUSE_CFLAGS)
SETTINGS_LIBS = conf/libsettings.a $(CONFUSE_LIBS) $(GLIB_LIBS)

EXTRA_DIST += %D%/tlsrpt-milter.conf
