# SPDX-License-Identifier: BSD-2-Clause
EXTRA_DIST += \
	%D%/milterprotocol.py \
	%D%/reportmail.py \
	%D%/servers.py

PYTHON = /usr/bin/python3
PYTEST_FLAGS =

# Starts its own PostgreSQL and Postfix; needs root for Postfix.
check-integration: all
	$(AM_V_at)cd $(srcdir)/%D% && PYTHONDONTWRITEBYTECODE=1 \
	top_builddir='$(abs_top_builddir)' $(PYTHON) -m pytest -q \
		-p no:cacheprovider $(PYTEST_FLAGS)
.PHONY: check-integration
