/* SPDX-License-Identifier: BSD-2-Clause */
/* A filter that does nothing and asks for nothing: the least that one costs.
 * Usage: bench-filter SOCKET, as in "unix:/run/filter.sock". */
#include <libmilter/mfapi.h>
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **arguments)
{
	struct smfiDesc description = {
		.xxfi_name = (char[]){"bench-filter"},
		.xxfi_version = SMFI_VERSION,
	};

	if (count != 2 || smfi_setconn(arguments[1]) != MI_SUCCESS ||
		smfi_register(description) != MI_SUCCESS ||
		smfi_main() != MI_SUCCESS) {
		fprintf(stderr, "usage: bench-filter SOCKET\n");
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
