# SPDX-License-Identifier: BSD-2-Clause
FUZZ_TARGETS = mail json inflate text
FUZZ_REPLAYS = tests/fuzz/replay-mail tests/fuzz/replay-json \
	tests/fuzz/replay-inflate tests/fuzz/replay-text
FUZZ_SECONDS = 60
TESTS += $(FUZZ_REPLAYS)
check_PROGRAMS += $(FUZZ_REPLAYS)
EXTRA_DIST += %D%/mail.dict %D%/json.dict %D%/inflate.dict %D%/text.dict \
	%D%/corpus

FUZZ_CFLAGS = $(parser_libparser_a_CFLAGS)
tests_fuzz_replay_mail_SOURCES = %D%/fuzz-mail.c %D%/replay.c %D%/fuzz.h
tests_fuzz_replay_mail_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_replay_mail_LDADD = $(PARSER_LIBS)
tests_fuzz_replay_json_SOURCES = %D%/fuzz-json.c %D%/replay.c %D%/fuzz.h
tests_fuzz_replay_json_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_replay_json_LDADD = $(PARSER_LIBS)
tests_fuzz_replay_inflate_SOURCES = %D%/fuzz-inflate.c %D%/replay.c %D%/fuzz.h
tests_fuzz_replay_inflate_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_replay_inflate_LDADD = $(PARSER_LIBS)
tests_fuzz_replay_text_SOURCES = %D%/fuzz-text.c %D%/replay.c %D%/fuzz.h
tests_fuzz_replay_text_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_replay_text_LDADD = $(PARSER_LIBS)

if FUZZING
FUZZERS = tests/fuzz/fuzz-mail tests/fuzz/fuzz-json tests/fuzz/fuzz-inflate \
	tests/fuzz/fuzz-text
EXTRA_PROGRAMS += $(FUZZERS)
tests_fuzz_fuzz_mail_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_fuzz_mail_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_mail_LDADD = $(PARSER_LIBS)
tests_fuzz_fuzz_json_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_fuzz_json_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_json_LDADD = $(PARSER_LIBS)
tests_fuzz_fuzz_inflate_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_fuzz_inflate_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_inflate_LDADD = $(PARSER_LIBS)
tests_fuzz_fuzz_text_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_fuzz_text_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_text_LDADD = $(PARSER_LIBS)

# Each for a minute, beginning with the fixtures; what is found stays in the
# current directory.
fuzz: $(FUZZERS)
	$(AM_V_at)for target in $(FUZZ_TARGETS); do \
		mkdir -p corpus-$$target && \
		tests/fuzz/fuzz-$$target -max_total_time=$(FUZZ_SECONDS) \
			-dict=$(srcdir)/%D%/$$target.dict -print_final_stats=1 \
			-rss_limit_mb=2048 -timeout=10 corpus-$$target \
			$(srcdir)/%D%/corpus/$$target \
			$(srcdir)/tests/parser/fixtures || exit; \
	done
endif
.PHONY: fuzz
