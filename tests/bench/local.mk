# SPDX-License-Identifier: BSD-2-Clause
EXTRA_DIST += %D%/dashboards.py %D%/generator.py %D%/https.py %D%/import.py \
	%D%/ingest.py %D%/passing.py %D%/rolluplag.py %D%/scale.py %D%/watch.py
EXTRA_PROGRAMS = tests/bench/bench-filter tests/bench/bench-ingest \
	tests/bench/bench-libraries tests/bench/bench-parse \
	tests/bench/bench-scale
CLEANFILES += $(EXTRA_PROGRAMS)
tests_bench_bench_filter_LDADD = $(MILTER_LIBS)
tests_bench_bench_ingest_CFLAGS = $(sql_libstore_a_CFLAGS)
tests_bench_bench_ingest_LDADD = $(STORE_LIBS) $(PARSER_LIBS)
tests_bench_bench_libraries_CFLAGS = $(parser_libparser_a_CFLAGS)
tests_bench_bench_libraries_LDADD = $(PARSER_LIBS)
tests_bench_bench_parse_CFLAGS = $(parser_libparser_a_CFLAGS)
tests_bench_bench_parse_LDADD = $(PARSER_LIBS)
tests_bench_bench_scale_CFLAGS = $(sql_libstore_a_CFLAGS)
tests_bench_bench_scale_LDADD = $(STORE_LIBS) $(PARSER_LIBS)

# Ratios of one run, for people: nothing passes or fails here.
bench: bench-parse bench-passing bench-ingest bench-https bench-import \
	bench-dashboards bench-scale bench-watch
bench-parse: tests/bench/bench-parse
	$(AM_V_at)tests/bench/bench-parse
bench-ingest: all tests/bench/bench-ingest
	$(AM_V_at)PYTHONDONTWRITEBYTECODE=1 $(PYTHON) \
		$(srcdir)/%D%/ingest.py '$(abs_top_builddir)'
bench-passing: all tests/bench/bench-filter
	$(AM_V_at)PYTHONDONTWRITEBYTECODE=1 $(PYTHON) \
		$(srcdir)/%D%/passing.py '$(abs_top_builddir)'
bench-https: all
	$(AM_V_at)PYTHONDONTWRITEBYTECODE=1 $(PYTHON) \
		$(srcdir)/%D%/https.py '$(abs_top_builddir)'
bench-import: all tests/bench/bench-libraries
	$(AM_V_at)PYTHONDONTWRITEBYTECODE=1 $(PYTHON) \
		$(srcdir)/%D%/import.py '$(abs_top_builddir)'
# BENCH_REPORTS="1000000 10000000" has one more column.
BENCH_REPORTS =
bench-dashboards: all
	$(AM_V_at)PYTHONDONTWRITEBYTECODE=1 $(PYTHON) \
		$(srcdir)/%D%/dashboards.py '$(abs_top_builddir)' $(BENCH_REPORTS)
# BENCH_SECONDS=3600 BENCH_RATE=2000 is an hour at that rate.
BENCH_SECONDS = 60
BENCH_RATE = 0
bench-scale: all tests/bench/bench-scale
	$(AM_V_at)PYTHONDONTWRITEBYTECODE=1 $(PYTHON) $(srcdir)/%D%/scale.py \
		'$(abs_top_builddir)' $(BENCH_SECONDS) $(BENCH_RATE)
bench-watch: all plain
	$(AM_V_at)PYTHONDONTWRITEBYTECODE=1 $(PYTHON) \
		$(srcdir)/%D%/watch.py '$(abs_top_builddir)/plain'
.PHONY: bench bench-parse bench-passing bench-ingest bench-https
.PHONY: bench-import bench-dashboards bench-scale bench-watch
