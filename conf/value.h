/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONF_VALUE_H
#define CONF_VALUE_H

/* What the text of a value means, and whether it is allowed: of an option of
 * the configuration or of the command line. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
	VALUE_STRING,
	/* Several strings. */
	VALUE_LIST,
	/* Decimal. */
	VALUE_NUMBER,
	/* Decimal with an optional suffix K, M or G (powers of 1024). */
	VALUE_SIZE,
	/* Octal. */
	VALUE_MODE,
	/* One of several words. */
	VALUE_WORD,
} ValueType;

/* What is allowed. */
typedef struct {
	ValueType type;
	/* For people, and read by the check: "LEAST to MOST" for numbers, the
	 * words with ", " between them. */
	const char *range;
	/* Further check of a string or of each element; NULL: any is good. */
	bool (*check)(const char *text);
	/* What the words stand for, in their order; NULL: for 0, 1, 2. */
	const int *values;
} ValueForm;

/* Checks one value, or one element of a list. `number` gets the value of what
 * is a number or a word and is left alone for others. Otherwise false and
 * SETTINGS_ERROR_VALUE, `NAME = "TEXT" must be RANGE`. */
bool value_parse(const ValueForm *form, const char *name, const char *text,
	int64_t *number, GError **error);

/* Checks for what is text. */
bool value_is_socket(const char *text);
bool value_is_delimiter(const char *text);
bool value_is_path(const char *text);
bool value_is_directory(const char *text);
bool value_is_sender(const char *text);
bool value_is_authserv_id(const char *text);
/* A URL of the web, which may stand between quotes and angle brackets. */
bool value_is_url(const char *text);
/* The same with an encrypted connection, or to this host. */
bool value_is_webhook(const char *text);
/* An IP address. */
bool value_is_address(const char *text);
/* The same of a resolver, with "@" and its port if that is not 53. */
bool value_is_resolver(const char *text);
/* The name of a host in ASCII, or nothing. */
bool value_is_host(const char *text);

#endif
