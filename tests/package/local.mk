# SPDX-License-Identifier: BSD-2-Clause
TESTS += %D%/test-install.sh %D%/test-packaging.sh
EXTRA_DIST += %D%/installed %D%/rpm-macros %D%/test-install.sh \
	%D%/test-packaging.sh \
	debian/changelog debian/control debian/copyright debian/postrm \
	debian/rules debian/source/format debian/source/options \
	debian/tests/control debian/tests/demo debian/tests/installed \
	debian/tests/integration debian/tests/service \
	rpm/tlsrpt-milter.spec
