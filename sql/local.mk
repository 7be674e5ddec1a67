# SPDX-License-Identifier: BSD-2-Clause
EXTRA_DIST += %D%/error.h %D%/store.h %D%/store-insert.h %D%/store-query.h \
	%D%/store-maintain.h %D%/migrate.h
