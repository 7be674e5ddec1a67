# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += parser/libparser.a
parser_libparser_a_SOURCES = \
	%D%/error.c %D%/error.h \
	%D%/report.c %D%/report.h \
	%D%/result-type.c %D%/result-type.h
EXTRA_DIST += %D%/parser.h %D%/report-write.h
parser_libparser_a_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS) $(GMIME_CFLAGS) \
	$(ZLIB_CFLAGS) $(MINIZIP_CFLAGS) $(JANSSON_CFLAGS) $(IDN2_CFLAGS)
PARSER_LIBS = parser/libparser.a $(GMIME_LIBS) $(MINIZIP_LIBS) $(ZLIB_LIBS) \
	$(JANSSON_LIBS) $(IDN2_LIBS) $(GLIB_LIBS)
