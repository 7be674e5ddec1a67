# SPDX-License-Identifier: BSD-2-Clause
EXTRA_DIST += %D%/check-portability %D%/portability.py %D%/roots.py

# Takes an hour, and minutes more where no system is cached; root and the
# network. PORTABILITY="trixie clang" tries less.
PORTABILITY =
check-portability: dist
	$(AM_V_at)$(srcdir)/%D%/check-portability $(distdir).tar.xz \
		$(PORTABILITY)
.PHONY: check-portability
