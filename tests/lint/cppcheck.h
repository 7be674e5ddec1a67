/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_LINT_CPPCHECK_H
#define TESTS_LINT_CPPCHECK_H

/* Macros of libraries in a form that cppcheck, which does not read the
 * libraries' headers, understands. */

#define G_GNUC_PRINTF(format, arguments)
#define json_object_foreach(object, key, value)                                \
	for (key = "", value = object; value; key++)
#define json_array_foreach(array, index, value)                                \
	for (index = 0, value = array; value; index++)

#endif
