# SPDX-License-Identifier: BSD-2-Clause
FUZZ_TARGETS = mail json inflate policy-string timestamp filename authres \
	settings https $(FUZZ_PROBE_TARGETS)
FUZZ_REPLAYS = tests/fuzz/replay-mail \
	tests/fuzz/replay-json \
	tests/fuzz/replay-inflate \
	tests/fuzz/replay-policy-string \
	tests/fuzz/replay-timestamp \
	tests/fuzz/replay-filename \
	tests/fuzz/replay-authres \
	tests/fuzz/replay-settings \
	tests/fuzz/replay-https
FUZZ_SECONDS = 60
if HAVE_PROBE
FUZZ_PROBE_TARGETS = sts-policy txt-record smtp-reply
FUZZ_REPLAYS += tests/fuzz/replay-sts-policy \
	tests/fuzz/replay-txt-record \
	tests/fuzz/replay-smtp-reply
endif
TESTS += $(FUZZ_REPLAYS)
check_PROGRAMS += $(FUZZ_REPLAYS)
EXTRA_DIST += %D%/corpus \
	%D%/mail.dict \
	%D%/json.dict \
	%D%/inflate.dict \
	%D%/policy-string.dict \
	%D%/timestamp.dict \
	%D%/filename.dict \
	%D%/authres.dict \
	%D%/settings.dict \
	%D%/https.dict \
	%D%/sts-policy.dict \
	%D%/txt-record.dict \
	%D%/smtp-reply.dict

FUZZ_CFLAGS = $(parser_libparser_a_CFLAGS) $(trust_libtrust_a_CFLAGS) \
	$(conf_libsettings_a_CFLAGS)
FUZZ_LIBS = $(TRUST_LIBS) $(SETTINGS_LIBS)
FUZZ_SHARED = %D%/replay.c %D%/fuzz.h
tests_fuzz_replay_mail_SOURCES = %D%/fuzz-mail.c $(FUZZ_SHARED)
tests_fuzz_replay_mail_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_replay_mail_LDADD = $(FUZZ_LIBS)
tests_fuzz_replay_json_SOURCES = %D%/fuzz-json.c $(FUZZ_SHARED)
tests_fuzz_replay_json_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_replay_json_LDADD = $(FUZZ_LIBS)
tests_fuzz_replay_inflate_SOURCES = %D%/fuzz-inflate.c $(FUZZ_SHARED)
tests_fuzz_replay_inflate_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_replay_inflate_LDADD = $(FUZZ_LIBS)
tests_fuzz_replay_policy_string_SOURCES = %D%/fuzz-policy-string.c $(FUZZ_SHARED)
tests_fuzz_replay_policy_string_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_replay_policy_string_LDADD = $(FUZZ_LIBS)
tests_fuzz_replay_timestamp_SOURCES = %D%/fuzz-timestamp.c $(FUZZ_SHARED)
tests_fuzz_replay_timestamp_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_replay_timestamp_LDADD = $(FUZZ_LIBS)
tests_fuzz_replay_filename_SOURCES = %D%/fuzz-filename.c $(FUZZ_SHARED)
tests_fuzz_replay_filename_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_replay_filename_LDADD = $(FUZZ_LIBS)
tests_fuzz_replay_authres_SOURCES = %D%/fuzz-authres.c $(FUZZ_SHARED)
tests_fuzz_replay_authres_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_replay_authres_LDADD = $(FUZZ_LIBS)
tests_fuzz_replay_settings_SOURCES = %D%/fuzz-settings.c $(FUZZ_SHARED)
tests_fuzz_replay_settings_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_replay_settings_LDADD = $(FUZZ_LIBS)
tests_fuzz_replay_https_SOURCES = %D%/fuzz-https.c $(FUZZ_SHARED)
tests_fuzz_replay_https_CFLAGS = $(FUZZ_CFLAGS) $(https_libhttps_a_CFLAGS)
tests_fuzz_replay_https_LDADD = $(HTTPS_LIBS) $(PARSER_LIBS)
if HAVE_PROBE
tests_fuzz_replay_sts_policy_SOURCES = %D%/fuzz-sts-policy.c $(FUZZ_SHARED)
tests_fuzz_replay_sts_policy_CFLAGS = $(FUZZ_CFLAGS) $(probe_libprobe_a_CFLAGS)
tests_fuzz_replay_sts_policy_LDADD = $(PROBE_LIBS)
tests_fuzz_replay_txt_record_SOURCES = %D%/fuzz-txt-record.c $(FUZZ_SHARED)
tests_fuzz_replay_txt_record_CFLAGS = $(FUZZ_CFLAGS) $(probe_libprobe_a_CFLAGS)
tests_fuzz_replay_txt_record_LDADD = $(PROBE_LIBS)
tests_fuzz_replay_smtp_reply_SOURCES = %D%/fuzz-smtp-reply.c $(FUZZ_SHARED)
tests_fuzz_replay_smtp_reply_CFLAGS = $(FUZZ_CFLAGS) $(probe_libprobe_a_CFLAGS)
tests_fuzz_replay_smtp_reply_LDADD = $(PROBE_LIBS)
endif

if FUZZING
FUZZERS = tests/fuzz/fuzz-mail \
	tests/fuzz/fuzz-json \
	tests/fuzz/fuzz-inflate \
	tests/fuzz/fuzz-policy-string \
	tests/fuzz/fuzz-timestamp \
	tests/fuzz/fuzz-filename \
	tests/fuzz/fuzz-authres \
	tests/fuzz/fuzz-settings \
	tests/fuzz/fuzz-https
if HAVE_PROBE
FUZZERS += tests/fuzz/fuzz-sts-policy \
	tests/fuzz/fuzz-txt-record \
	tests/fuzz/fuzz-smtp-reply
endif
EXTRA_PROGRAMS += $(FUZZERS)
LINK_FUZZER = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_mail_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_fuzz_mail_LDFLAGS = $(LINK_FUZZER)
tests_fuzz_fuzz_mail_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_json_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_fuzz_json_LDFLAGS = $(LINK_FUZZER)
tests_fuzz_fuzz_json_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_inflate_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_fuzz_inflate_LDFLAGS = $(LINK_FUZZER)
tests_fuzz_fuzz_inflate_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_policy_string_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_fuzz_policy_string_LDFLAGS = $(LINK_FUZZER)
tests_fuzz_fuzz_policy_string_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_timestamp_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_fuzz_timestamp_LDFLAGS = $(LINK_FUZZER)
tests_fuzz_fuzz_timestamp_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_filename_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_fuzz_filename_LDFLAGS = $(LINK_FUZZER)
tests_fuzz_fuzz_filename_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_authres_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_fuzz_authres_LDFLAGS = $(LINK_FUZZER)
tests_fuzz_fuzz_authres_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_settings_CFLAGS = $(FUZZ_CFLAGS)
tests_fuzz_fuzz_settings_LDFLAGS = $(LINK_FUZZER)
tests_fuzz_fuzz_settings_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_https_CFLAGS = $(FUZZ_CFLAGS) $(https_libhttps_a_CFLAGS)
tests_fuzz_fuzz_https_LDFLAGS = $(LINK_FUZZER)
tests_fuzz_fuzz_https_LDADD = $(HTTPS_LIBS) $(PARSER_LIBS)
if HAVE_PROBE
tests_fuzz_fuzz_sts_policy_CFLAGS = $(FUZZ_CFLAGS) $(probe_libprobe_a_CFLAGS)
tests_fuzz_fuzz_sts_policy_LDFLAGS = $(LINK_FUZZER)
tests_fuzz_fuzz_sts_policy_LDADD = $(PROBE_LIBS)
tests_fuzz_fuzz_txt_record_CFLAGS = $(FUZZ_CFLAGS) $(probe_libprobe_a_CFLAGS)
tests_fuzz_fuzz_txt_record_LDFLAGS = $(LINK_FUZZER)
tests_fuzz_fuzz_txt_record_LDADD = $(PROBE_LIBS)
tests_fuzz_fuzz_smtp_reply_CFLAGS = $(FUZZ_CFLAGS) $(probe_libprobe_a_CFLAGS)
tests_fuzz_fuzz_smtp_reply_LDFLAGS = $(LINK_FUZZER)
tests_fuzz_fuzz_smtp_reply_LDADD = $(PROBE_LIBS)
endif

# Each for a minute, those that read reports beginning with the fixtures. What
# is found stays in the current directory.
fuzz: $(FUZZERS)
	$(AM_V_at)for target in $(FUZZ_TARGETS); do \
		case $$target in \
		mail|json) seeds=$(srcdir)/tests/parser/fixtures ;; \
		inflate) seeds= ;; \
		*) seeds=-max_len=4096 ;; \
		esac; \
		mkdir -p corpus-$$target && \
		tests/fuzz/fuzz-$$target -max_total_time=$(FUZZ_SECONDS) \
			-dict=$(srcdir)/%D%/$$target.dict -print_final_stats=1 \
			-rss_limit_mb=2048 -timeout=10 corpus-$$target \
			$(srcdir)/%D%/corpus/$$target $$seeds || exit; \
	done
endif
.PHONY: fuzz

# Whether this parser makes of damaged mails what an older build of it does:
# make compare-reading OLD=elsewhere/tests/fuzz/read-mutated
EXTRA_PROGRAMS += tests/fuzz/read-mutated
CLEANFILES += tests/fuzz/read-mutated
tests_fuzz_read_mutated_CFLAGS = $(parser_libparser_a_CFLAGS)
tests_fuzz_read_mutated_LDADD = $(PARSER_LIBS)
COMPARED_MAILS = 120000
compare-reading: tests/fuzz/read-mutated
	$(AM_V_at)for program in '$(OLD)' $<; do \
		"$$program" 7 $(COMPARED_MAILS) \
		$$(find '$(srcdir)/%D%/corpus/mail' \
			'$(srcdir)/tests/parser/fixtures/mail' -type f) \
		| sha256sum; done | uniq | wc -l | grep -qx 1
.PHONY: compare-reading
