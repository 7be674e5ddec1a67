# SPDX-License-Identifier: BSD-2-Clause
# The page of tlsreport dashboard, which is part of the program. Scripts in the
# order in which they need each other.
PAGE_CODE = \
	%D%/script/format.js \
	%D%/script/element.js \
	%D%/script/data.js \
	%D%/script/filter.js \
	%D%/script/trend.js \
	%D%/script/totals.js \
	%D%/script/theme.js \
	%D%/script/explain.js \
	%D%/script/csv.js \
	%D%/script/table.js \
	%D%/script/incidents.js \
	%D%/script/details.js \
	%D%/script/numbers.js \
	%D%/script/verdict.js \
	%D%/script/bins.js \
	%D%/script/chart.js \
	%D%/script/charts.js \
	%D%/script/rollout.js \
	%D%/script/tables.js \
	%D%/script/controls.js \
	%D%/script/main.js
PAGE_UPLOT = \
	$(srcdir)/%D%/uplot/uPlot.iife.min.js \
	$(srcdir)/%D%/uplot/uPlot.min.css \
	$(srcdir)/%D%/uplot/LICENSE
EXTRA_DIST += $(PAGE_CODE) $(PAGE_UPLOT) \
	$(srcdir)/%D%/uplot/uPlot.iife.js \
	%D%/page.gresource.xml \
	%D%/page.html %D%/page.css %D%/index.css %D%/index.js \
	%D%/package.json %D%/package-lock.json

# From npm once for a checkout, where all build directories find it; a release
# has it, so that it is built without a network, and beside the code that goes
# into the page the same as people read it.
if HAVE_DASHBOARD
$(srcdir)/%D%/uplot/uPlot.iife.js: $(srcdir)/%D%/package-lock.json
	$(AM_V_GEN)rm -rf %D%/npm && $(MKDIR_P) %D%/npm $(@D) && \
		cp $(srcdir)/%D%/package.json $< %D%/npm && \
		( cd %D%/npm && '$(NPM)' ci --omit=dev --ignore-scripts \
			--no-audit --no-fund --cache=cache \
			--fetch-retry-mintimeout=2000 ) >&2 || \
		{ echo 'npm did not fetch uPlot, which draws the page: give it' \
			'a network, build from a release, or configure' \
			'--without-dashboard' >&2; exit 1; } && \
		cd %D%/npm/node_modules/uplot && \
		cp LICENSE dist/uPlot.min.css dist/uPlot.iife.js \
			dist/uPlot.iife.min.js \
			'$(abs_srcdir)/%D%/uplot' && \
		cd '$(abs_srcdir)/%D%/uplot' && touch uPlot.iife.js && \
		touch uPlot.iife.min.js uPlot.min.css LICENSE && \
		cd '$(abs_builddir)' && rm -rf %D%/npm
$(PAGE_UPLOT): $(srcdir)/%D%/uplot/uPlot.iife.js
	@test -f $@

BUILT_SOURCES += %D%/page-resource.c %D%/page-resource.h
else
$(PAGE_UPLOT):
	@echo 'a release has the page: configure with it' >&2; exit 1
endif
CLEANFILES += %D%/page-resource.c %D%/page-resource.h %D%/script.js \
	%D%/style.css
MAINTAINERCLEANFILES = $(PAGE_UPLOT) $(srcdir)/%D%/uplot/uPlot.iife.js

# The licence of uPlot goes where its code goes. One function around all, so
# that the page has no global names.
%D%/script.js: $(PAGE_UPLOT) $(PAGE_CODE)
	$(AM_V_GEN)$(MKDIR_P) %D% && { \
		echo '/*' && cat $(srcdir)/%D%/uplot/LICENSE && echo '*/' && \
		cat $(srcdir)/%D%/uplot/uPlot.iife.min.js && \
		echo '(() => {' && echo '"use strict";' && \
		for file in $(PAGE_CODE); do \
			sed 1d "$(srcdir)/$$file" || exit; \
		done && echo '})();'; } >$@.tmp && mv $@.tmp $@

%D%/style.css: $(PAGE_UPLOT) %D%/page.css
	$(AM_V_GEN)$(MKDIR_P) %D% && \
		cat $(srcdir)/%D%/uplot/uPlot.min.css \
			$(srcdir)/%D%/page.css >$@.tmp && mv $@.tmp $@

PAGE_PARTS = %D%/page.html %D%/index.css %D%/index.js %D%/script.js %D%/style.css

%D%/page-resource.c: %D%/page.gresource.xml $(PAGE_PARTS)
	$(AM_V_GEN)$(GLIB_COMPILE_RESOURCES) --sourcedir=%D% \
		--sourcedir=$(srcdir)/%D% --c-name page --generate-source \
		--target=$@ $(srcdir)/%D%/page.gresource.xml

%D%/page-resource.h: %D%/page.gresource.xml $(PAGE_PARTS)
	$(AM_V_GEN)$(GLIB_COMPILE_RESOURCES) --sourcedir=%D% \
		--sourcedir=$(srcdir)/%D% --c-name page --generate-header \
		--target=$@ $(srcdir)/%D%/page.gresource.xml
