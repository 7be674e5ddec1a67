# SPDX-License-Identifier: BSD-2-Clause
# A shared object: neither sanitizers nor the test driver have a part in it.
check_PROGRAMS += tests/fault/fail.so
tests_fault_fail_so_SOURCES = %D%/fail.c
tests_fault_fail_so_CPPFLAGS = -D_GNU_SOURCE
tests_fault_fail_so_CFLAGS = $(WARNING_CFLAGS) -fPIC $(LIBPQ_CFLAGS)
tests_fault_fail_so_LDFLAGS = -shared
tests_fault_fail_so_LDADD = -ldl
