// A block of a file, taken apart.
#ifndef TC_BLOCK_CODES_H
#define TC_BLOCK_CODES_H

#include "dequantize.h"
#include <stdint.h>

typedef struct tc_block_codes {
  uint8_t codes[256];
  uint8_t scales[16], minima[16];
  uint8_t factors[4]; ///< As the file has them: the scale, then the minimum; or one scale in float32.
} tc_block_codes;

/// Reads one block of a format that has panels.
void tc_read_codes(tc_block_format format, const uint8_t *block, tc_block_codes *to);

#endif
