# SPDX-License-Identifier: BSD-2-Clause
TESTS += %D%/layers.sh
EXTRA_DIST += .clang-format .clang-tidy %D%/cppcheck.h %D%/layers.sh %D%/lint.sh \
	%D%/page.cjs %D%/reports-page.py %D%/words.sh

# The tools need a configured tree for config.h and the libraries' headers.
lint: all
	$(AM_V_at)top_srcdir='$(abs_top_srcdir)' LINT_CPPFLAGS='-include \
	$(abs_top_builddir)/config.h -I. -I$(abs_top_builddir) \
	-DSYSCONFDIR="\"$(sysconfdir)\"" \
	$(GLIB_CFLAGS) $(GIO_CFLAGS) $(GMIME_CFLAGS) $(ZLIB_CFLAGS) \
	$(MINIZIP_CFLAGS) $(JANSSON_CFLAGS) $(IDN2_CFLAGS) $(LIBPQ_CFLAGS) \
	$(CONFUSE_CFLAGS) $(CURL_CFLAGS) $(SYSTEMD_CFLAGS) $(CMOCKA_CFLAGS)' \
	LINT_CFLAGS='$(WARNING_CFLAGS)' \
	LINT_DISTFILES='$(DISTFILES)' \
		$(srcdir)/%D%/lint.sh
.PHONY: lint
