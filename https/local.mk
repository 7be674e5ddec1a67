# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += https/libhttps.a
https_libhttps_a_SOURCES = \
	%D%/answer.c %D%/answer.h %D%/answer.def \
	%D%/body.c %D%/body.h \
	%D%/confine.h \
	%D%/request.c %D%/request.h
if HAVE_SECCOMP
https_libhttps_a_SOURCES += %D%/confine.c
EXTRA_DIST += %D%/confine-none.c
else
https_libhttps_a_SOURCES += %D%/confine-none.c
EXTRA_DIST += %D%/confine.c
endif
https_libhttps_a_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS) $(SECCOMP_CFLAGS)
HTTPS_LIBS = https/libhttps.a $(SPOOL_LIBS) $(SECCOMP_LIBS)

pkglibexec_PROGRAMS += https/tlsrpt-https
https_tlsrpt_https_SOURCES = %D%/main.c
https_tlsrpt_https_CFLAGS = $(https_libhttps_a_CFLAGS)
https_tlsrpt_https_LDADD = $(HTTPS_LIBS)
