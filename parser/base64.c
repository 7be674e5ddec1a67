/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/base64.h"

enum {
	BITS_PER_DIGIT = 6,
};

/* One more than the value of a digit; 0 for all else. */
static const uint8_t digits[256] = {
	['A'] = 1,
	2,
	3,
	4,
	5,
	6,
	7,
	8,
	9,
	10,
	11,
	12,
	13,
	14,
	15,
	16,
	17,
	18,
	19,
	20,
	21,
	22,
	23,
	24,
	25,
	26,
	['a'] = 27,
	28,
	29,
	30,
	31,
	32,
	33,
	34,
	35,
	36,
	37,
	38,
	39,
	40,
	41,
	42,
	43,
	44,
	45,
	46,
	47,
	48,
	49,
	50,
	51,
	52,
	['0'] = 53,
	54,
	55,
	56,
	57,
	58,
	59,
	60,
	61,
	62,
	['+'] = 63,
	['/'] = 64,
};

size_t base64_decode(const uint8_t *data, size_t size, uint8_t *output)
{
	uint32_t bits = 0;
	int bit_count = 0;
	size_t used = 0;

	for (size_t i = 0; i < size && data[i] != '='; i++) {
		uint8_t digit = digits[data[i]];

		if (digit == 0)
			continue;
		bits = bits << BITS_PER_DIGIT | (uint32_t)(digit - 1);
		bit_count += BITS_PER_DIGIT;
		if (bit_count >= 8) {
			bit_count -= 8;
			output[used++] = (uint8_t)(bits >> bit_count);
		}
	}
	return used;
}
