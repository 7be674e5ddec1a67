# SPDX-License-Identifier: BSD-2-Clause
MILTER_TESTS = \
	tests/milter/test-allowance \
	tests/milter/test-endpoint \
	tests/milter/test-endpoint-open \
	tests/milter/test-callbacks \
	tests/milter/test-collector \
	tests/milter/test-gate \
	tests/milter/test-intake \
	tests/milter/test-intake-replay \
	tests/milter/test-log \
	tests/milter/test-metrics \
	tests/milter/test-recipient \
	tests/milter/test-message \
	tests/milter/test-server \
	tests/milter/test-snapshot \
	tests/milter/test-upkeep \
	tests/milter/test-verdict \
	tests/milter/test-worker
if HAVE_CMOCKA
TESTS += $(MILTER_TESTS)
check_PROGRAMS += $(MILTER_TESTS)
endif

milter_test_cflags = $(AM_CFLAGS) $(GLIB_CFLAGS) $(CMOCKA_CFLAGS)
milter_test_ldadd = $(GLUE_LIBS) $(CMOCKA_LIBS)
tests_milter_test_allowance_CFLAGS = $(milter_test_cflags)
tests_milter_test_allowance_LDADD = $(milter_test_ldadd)
tests_milter_test_endpoint_SOURCES = \
	%D%/test-endpoint.c %D%/place.c %D%/place.h
tests_milter_test_endpoint_CFLAGS = $(milter_test_cflags)
tests_milter_test_endpoint_LDADD = $(milter_test_ldadd)
tests_milter_test_endpoint_open_SOURCES = \
	%D%/test-endpoint-open.c %D%/place.c %D%/place.h
tests_milter_test_endpoint_open_CFLAGS = $(milter_test_cflags)
tests_milter_test_endpoint_open_LDADD = $(milter_test_ldadd)
tests_milter_test_callbacks_CFLAGS = $(milter_test_cflags)
tests_milter_test_callbacks_LDADD = $(milter_test_ldadd)
tests_milter_test_collector_CFLAGS = $(milter_test_cflags)
tests_milter_test_collector_LDADD = $(milter_test_ldadd)
tests_milter_test_gate_CFLAGS = $(milter_test_cflags)
tests_milter_test_gate_LDADD = $(milter_test_ldadd)
intake_world = %D%/intake-world.c %D%/intake-world.h $(SETTINGS_FILE)
tests_milter_test_intake_SOURCES = %D%/test-intake.c $(intake_world)
tests_milter_test_intake_CFLAGS = $(milter_test_cflags)
tests_milter_test_intake_LDADD = $(milter_test_ldadd)
tests_milter_test_intake_replay_SOURCES = \
	%D%/test-intake-replay.c $(intake_world)
tests_milter_test_intake_replay_CFLAGS = $(milter_test_cflags)
tests_milter_test_intake_replay_LDADD = $(milter_test_ldadd)
tests_milter_test_log_CFLAGS = $(milter_test_cflags)
tests_milter_test_log_LDADD = $(milter_test_ldadd)
tests_milter_test_metrics_CFLAGS = $(milter_test_cflags)
tests_milter_test_metrics_LDADD = $(milter_test_ldadd)
tests_milter_test_recipient_CFLAGS = $(milter_test_cflags)
tests_milter_test_recipient_LDADD = $(milter_test_ldadd)
tests_milter_test_message_CFLAGS = $(milter_test_cflags)
tests_milter_test_message_LDADD = $(milter_test_ldadd)
tests_milter_test_server_SOURCES = %D%/test-server.c $(SETTINGS_FILE)
tests_milter_test_server_CFLAGS = $(milter_test_cflags)
tests_milter_test_server_LDADD = $(milter_test_ldadd)
tests_milter_test_snapshot_CFLAGS = $(milter_test_cflags)
tests_milter_test_snapshot_LDADD = $(milter_test_ldadd)
tests_milter_test_upkeep_CFLAGS = $(milter_test_cflags)
tests_milter_test_upkeep_LDADD = $(milter_test_ldadd)
tests_milter_test_verdict_CFLAGS = $(milter_test_cflags)
tests_milter_test_verdict_LDADD = $(milter_test_ldadd)
tests_milter_test_worker_CFLAGS = $(milter_test_cflags)
tests_milter_test_worker_LDADD = $(milter_test_ldadd)
