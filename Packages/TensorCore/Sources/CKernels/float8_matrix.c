// float8_matrix.h states what is read here.
#include "float8_matrix.h"
#include "blocks.h"

static const float *scales_of(const tc_float8_matrix *matrix, size_t output) {
  return matrix->scales + output / matrix->tile_outputs * matrix->tiles;
}

void tc_float8_blocks(const tc_float8_matrix *matrix, tc_block_format format, size_t first, size_t count,
                      uint8_t *blocks) {
  const size_t elements = tc_block_elements(format);
  for (size_t output = first; output < first + count; output++)
    for (size_t start = 0; start < matrix->inner; start += elements, blocks += 4 + elements) {
      uint32_t bits;
      memcpy(&bits, scales_of(matrix, output) + start / matrix->tile_inner, sizeof bits);
      for (int i = 0; i < 4; i++) blocks[i] = (uint8_t)(bits >> 8 * i);
      memcpy(blocks + 4, matrix->codes + output * matrix->inner + start, elements);
    }
}

void tc_float8_floats(const tc_float8_matrix *matrix, size_t first, size_t count, float *weights) {
  for (size_t output = first; output < first + count; output++)
    for (size_t i = 0; i < matrix->inner; i++)
      *weights++ = scales_of(matrix, output)[i / matrix->tile_inner] *
                   tc_float8_of_bits(matrix->codes[output * matrix->inner + i]);
}
