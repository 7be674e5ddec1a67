# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += trust/libtrust.a
trust_libtrust_a_SOURCES = \
	%D%/authenticate.c %D%/authenticate.h \
	%D%/authres.c %D%/authres.h \
	%D%/dkim-key.h \
	%D%/dkim-signature.c %D%/dkim-signature.h \
	%D%/dkim-verify.h \
	%D%/header-field.c %D%/header-field.h \
	%D%/signers.c %D%/signers.h \
	%D%/tag-list.c %D%/tag-list.h
if HAVE_OPENDKIM
trust_libtrust_a_SOURCES += %D%/dkim-key.c %D%/dkim-verify.c
EXTRA_DIST += %D%/dkim-verify-none.c
else
trust_libtrust_a_SOURCES += %D%/dkim-verify-none.c
EXTRA_DIST += %D%/dkim-key.c %D%/dkim-verify.c
endif
trust_libtrust_a_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS) $(PSL_CFLAGS) \
	$(OPENDKIM_CFLAGS)
TRUST_LIBS = trust/libtrust.a $(PSL_LIBS) $(OPENDKIM_LIBS) $(RESOLV_LIBS) \
	$(PARSER_LIBS)
