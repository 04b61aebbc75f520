// integer_matrix.h states what is read here.
#include "integer_matrix.h"
#include "blocks.h"

static uint32_t unit_at(const tc_codes *codes, size_t unit) {
  return codes->unit_bytes == 4 ? tc_little32(codes->units + 4 * unit) : codes->units[unit];
}

static uint8_t code_at(const tc_codes *codes, size_t output, size_t inner) {
  size_t place = codes->along_outputs ? output : inner, other = codes->along_outputs ? inner : output;
  if (codes->interleaved) place = place / 8 * 8 + place % 8 / 2 + place % 2 * 4;
  const size_t unit_bits = 8 * codes->unit_bytes, first = codes->bits * place;
  const size_t shift = first & (unit_bits - 1), units = codes->unit_bytes == 4 ? first >> 5 : first >> 3;
  const size_t unit = other * codes->across + units * codes->along;
  uint64_t window = unit_at(codes, unit);
  if (shift + codes->bits > unit_bits) window |= (uint64_t)unit_at(codes, unit + codes->along) << unit_bits;
  return (uint8_t)((window >> shift & ((1u << codes->bits) - 1)) ^ codes->flipped);
}

static uint8_t zero_at(const tc_integer_matrix *matrix, size_t output, size_t group) {
  if (!matrix->zeros.units) return matrix->zero;
  const uint32_t mask = (1u << matrix->zeros.bits) - 1;
  return (uint8_t)((code_at(&matrix->zeros, output, group) + matrix->zero) & mask);
}

static void put_little32(uint8_t *to, float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  for (int i = 0; i < 4; i++) to[i] = (uint8_t)(bits >> 8 * i);
}

void tc_integer_blocks(const tc_integer_matrix *matrix, tc_block_format format, size_t first, size_t count,
                       uint8_t *blocks) {
  const size_t elements = tc_block_elements(format), bytes = tc_block_bytes(format),
               bits = matrix->codes.bits;
  for (size_t output = first; output < first + count; output++)
    for (size_t start = 0; start < matrix->inner; start += elements, blocks += bytes) {
      const size_t group = start / matrix->run;
      put_little32(blocks, matrix->scales[output * matrix->groups + group]);
      blocks[4] = zero_at(matrix, output, group);
      memset(blocks + 5, 0, bytes - 5);
      for (size_t i = 0; i < elements; i++) {
        const uint32_t code = (uint32_t)code_at(&matrix->codes, output, start + i) << bits * i % 8;
        uint8_t *to = blocks + 5 + bits * i / 8;
        to[0] |= (uint8_t)code;
        if (code > 255) to[1] |= (uint8_t)(code >> 8);
      }
    }
}

void tc_integer_floats(const tc_integer_matrix *matrix, size_t first, size_t count, float *weights) {
  for (size_t output = first; output < first + count; output++)
    for (size_t i = 0; i < matrix->inner; i++) {
      const size_t group = matrix->groups_of ? (size_t)matrix->groups_of[i] : i / matrix->run;
      const int element = code_at(&matrix->codes, output, i) - zero_at(matrix, output, group);
      *weights++ = matrix->scales[output * matrix->groups + group] * (float)element;
    }
}
