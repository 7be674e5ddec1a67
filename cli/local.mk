# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += cli/libcli.a
cli_libcli_a_SOURCES = \
	%D%/text.c %D%/text.h
cli_libcli_a_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS)
