# SPDX-License-Identifier: BSD-2-Clause
TESTS += %D%/test-install.sh %D%/test-packaging.sh %D%/test-postrm.sh \
	%D%/test-scripts.sh
EXTRA_DIST += %D%/check-package %D%/chroot.py %D%/conftest.py \
	%D%/installed %D%/machine.py %D%/rpm-macros %D%/test-install.sh \
	%D%/test-packaging.sh %D%/test-postrm.sh %D%/test-scripts.sh \
	%D%/test_build.py %D%/test_life.py \
	debian/changelog debian/control debian/copyright debian/postrm \
	debian/rules debian/source/format debian/source/options \
	debian/tests/control debian/tests/demo debian/tests/installed \
	debian/tests/integration debian/tests/service \
	rpm/tlsrpt-milter.spec

# Takes minutes, root and the network.
check-package: dist
	$(AM_V_at)$(srcdir)/%D%/check-package $(distdir).tar.xz $(PYTEST_FLAGS)
.PHONY: check-package
