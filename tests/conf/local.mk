# SPDX-License-Identifier: BSD-2-Clause
CONF_TESTS = \
	tests/conf/test-address \
	tests/conf/test-comment \
	tests/conf/test-settings \
	tests/conf/test-settings-file \
	tests/conf/test-settings-options \
	tests/conf/test-value
if HAVE_CMOCKA
TESTS += $(CONF_TESTS)
check_PROGRAMS += $(CONF_TESTS)
endif
tests_conf_test_address_CFLAGS = $(conf_libsettings_a_CFLAGS) $(CMOCKA_CFLAGS)
tests_conf_test_address_LDADD = $(SETTINGS_LIBS) $(CMOCKA_LIBS)
tests_conf_test_comment_CFLAGS = $(conf_libsettings_a_CFLAGS) $(CMOCKA_CFLAGS)
tests_conf_test_comment_LDADD = $(SETTINGS_LIBS) $(CMOCKA_LIBS)
SETTINGS_FILE = %D%/settings-file.c %D%/settings-file.h
SETTINGS_TEXT = %D%/settings-text.c %D%/settings-text.h
tests_conf_test_settings_SOURCES = %D%/test-settings.c $(SETTINGS_FILE) \
	$(SETTINGS_TEXT)
tests_conf_test_settings_CFLAGS = $(conf_libsettings_a_CFLAGS) $(CMOCKA_CFLAGS)
tests_conf_test_settings_LDADD = $(SETTINGS_LIBS) $(CMOCKA_LIBS)
tests_conf_test_settings_file_SOURCES = %D%/test-settings-file.c \
	$(SETTINGS_FILE)
tests_conf_test_settings_file_CFLAGS = $(conf_libsettings_a_CFLAGS) \
	$(CMOCKA_CFLAGS)
tests_conf_test_settings_file_LDADD = $(SETTINGS_LIBS) $(CMOCKA_LIBS)
tests_conf_test_settings_options_SOURCES = %D%/test-settings-options.c \
	$(SETTINGS_FILE) $(SETTINGS_TEXT)
tests_conf_test_settings_options_CFLAGS = $(conf_libsettings_a_CFLAGS) \
	$(CMOCKA_CFLAGS)
tests_conf_test_settings_options_LDADD = $(SETTINGS_LIBS) $(CMOCKA_LIBS)
tests_conf_test_value_CFLAGS = $(conf_libsettings_a_CFLAGS) $(CMOCKA_CFLAGS)
tests_conf_test_value_LDADD = $(SETTINGS_LIBS) $(CMOCKA_LIBS)

TESTS += %D%/test-options.sh
EXTRA_DIST += %D%/test-options.sh
check_PROGRAMS += tests/conf/print-options
tests_conf_print_options_CFLAGS = $(conf_libsettings_a_CFLAGS)
tests_conf_print_options_LDADD = $(SETTINGS_LIBS)
