# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += parser/libparser.a
parser_libparser_a_SOURCES = \
	%D%/address.c %D%/address.h \
	%D%/archive.c %D%/archive.h \
	%D%/attachment.c %D%/attachment.h \
	%D%/base64.c %D%/base64.h \
	%D%/candidate.c %D%/candidate.h \
	%D%/error.c %D%/error.h \
	%D%/failure-json.c %D%/failure-json.h \
	%D%/failure-list.c %D%/failure-list.h \
	%D%/filename.c %D%/filename.h \
	%D%/inflate.c %D%/inflate.h \
	%D%/json-arena.c %D%/json-arena.h \
	%D%/json-load.c %D%/json-load.h \
	%D%/json-names.c %D%/json-names.h \
	%D%/mail-claim.c %D%/mail-claim.h \
	%D%/mail-header.c %D%/mail-header.h \
	%D%/mail-limits.c %D%/mail-limits.h \
	%D%/mail-repair.c %D%/mail-repair.h \
	%D%/member.c %D%/member.h \
	%D%/parser.c %D%/parser.h \
	%D%/part.c %D%/part.h \
	%D%/policy-json.c %D%/policy-json.h \
	%D%/policy-string.c %D%/policy-string.h \
	%D%/policy-type.c %D%/policy-type.h \
	%D%/quote.c %D%/quote.h \
	%D%/report.c %D%/report.h \
	%D%/report-json.c %D%/report-json.h \
	%D%/report-text.c %D%/report-text.h \
	%D%/report-write.c %D%/report-write.h \
	%D%/result-type.c %D%/result-type.h \
	%D%/string-pool.c %D%/string-pool.h \
	%D%/timestamp.c %D%/timestamp.h \
	%D%/type-name.c %D%/type-name.h \
	%D%/utf8.c %D%/utf8.h
parser_libparser_a_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS) $(GMIME_CFLAGS) \
	$(ZLIB_CFLAGS) $(MINIZIP_CFLAGS) $(JANSSON_CFLAGS) $(IDN2_CFLAGS)
PARSER_LIBS = parser/libparser.a $(GMIME_LIBS) $(MINIZIP_LIBS) $(ZLIB_LIBS) \
	$(JANSSON_LIBS) $(IDN2_LIBS) $(GLIB_LIBS) -lm
