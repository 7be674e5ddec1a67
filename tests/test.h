/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

/* cmocka with the headers that it needs before it. Its second version has other
 * names for what both have, and warns of these. */

#define CMOCKA_DISABLE_DEPRECATION_WARNINGS

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
