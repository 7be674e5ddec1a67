/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_TABLE_H
#define SQL_STORE_TABLE_H

/* A result of libpq as a table for the layers above. */

#include <libpq-fe.h>

#include "sql/store-query.h"

/* A copy; the caller owns it. */
StoreTable *store_table_new(const PGresult *result);

#endif
