// What the readers of block formats share.
#ifndef TC_BLOCKS_H
#define TC_BLOCKS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif

/// Widens one block. `block` may have any alignment.
typedef void tc_block_reader(const uint8_t *block, float *y);

tc_block_reader tc_read_iq4_nl, tc_read_iq4_xs, tc_read_mxfp4, tc_read_nvfp4, tc_read_tq1_0, tc_read_tq2_0;
tc_block_reader tc_read_iq1_s, tc_read_iq1_m, tc_read_iq2_xxs, tc_read_iq2_xs, tc_read_iq2_s, tc_read_iq3_xxs,
    tc_read_iq3_s;

/// Levels that 4-bit codes name, `zero` more than they are: unsigned bytes, as panels have all elements.
typedef struct tc_levels {
  uint8_t codes[16];
  int zero;
} tc_levels;
static const tc_levels tc_levels_iq4 = {
    {1, 24, 45, 63, 79, 93, 106, 118, 129, 141, 153, 166, 181, 197, 217, 241}, 128};
/// Twice the values of 4-bit floats, E2M1 (Open Compute Project, MX 1.0, 5.3.3); scales are halved in return.
static const tc_levels tc_levels_fp4 = {{16, 17, 18, 19, 20, 22, 24, 28, 16, 15, 14, 13, 12, 10, 8, 4}, 16};

static inline uint32_t tc_little16(const uint8_t *bytes) {
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8;
}

static inline uint32_t tc_little32(const uint8_t *bytes) {
  return tc_little16(bytes) | tc_little16(bytes + 2) << 16;
}

static inline float tc_float_of_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// A number of half precision, by its bits.
static inline float tc_half_of_bits(uint32_t bits) {
  const uint32_t sign = (bits & 0x8000) << 16, magnitude = bits & 0x7FFF;
  if (magnitude < 0x0400) { // zero and subnormals: a multiple of 2^-24
    const float value = (float)magnitude * 0x1p-24f;
    return sign ? -value : value;
  }
  const uint32_t wide = magnitude >= 0x7C00 ? 0x7F800000 | magnitude << 13 : (magnitude << 13) + 0x38000000;
  return tc_float_of_bits(sign | wide);
}

static inline float tc_half(const uint8_t *bytes) { return tc_half_of_bits(tc_little16(bytes)); }

/// A number of E4M3, by its bits; NaN too.
static inline float tc_float8_of_bits(uint32_t bits) {
  const uint32_t magnitude = bits & 0x7F;
  const float value = magnitude == 0x7F ? tc_float_of_bits(0x7FC00000)
                                        : tc_float_of_bits(magnitude << 20) * 0x1p120f; // subnormals too
  return bits & 0x80 ? -value : value;
}

/// Code `i` of some of `bits` bits, the first in the lowest bits of the first byte.
static inline uint8_t tc_code_at(const uint8_t *codes, size_t bits, size_t i) {
  const size_t first = bits * i, shift = first % 8;
  uint32_t window = codes[first / 8];
  if (shift + bits > 8) window |= (uint32_t)codes[first / 8 + 1] << 8;
  return (uint8_t)(window >> shift & ((1u << bits) - 1));
}

#endif
