// What the variants of block_decode.c share.
#ifndef TC_BLOCK_DECODE_H
#define TC_BLOCK_DECODE_H

#include "block_layout.h"
#include "blocks.h"
#include "lanes.h"
#include "products.h"

typedef int16_t tc_i16x32 __attribute__((vector_size(64)));
typedef uint8_t tc_u8x16 __attribute__((vector_size(16)));

TC_INLINE tc_f32x16 tc_load_bytes(const uint8_t *p, uint32_t mask, int shift) {
  tc_u8x16 bytes;
  memcpy(&bytes, p, sizeof bytes);
  const tc_u32x16 words = (__builtin_convertvector(bytes, tc_u32x16) >> (uint32_t)shift) & mask;
  return __builtin_convertvector((tc_i32x16)words, tc_f32x16);
}

/// Half precision, exactly; infinity and NaN too.
TC_INLINE tc_f32x16 tc_load_halves(const uint8_t *p) {
  tc_u16x16 halves;
  memcpy(&halves, p, sizeof halves);
  const tc_u32x16 wide = __builtin_convertvector(halves, tc_u32x16), magnitude = wide & 0x7FFF;
  const tc_u32x16 finite = (tc_u32x16)((tc_f32x16)(magnitude << 13) * 0x1p112f);
  const tc_u32x16 is_not = (tc_u32x16)(magnitude >= 0x7C00);
  return (tc_f32x16)((wide & 0x8000) << 16 | finite | (is_not & 0x7F800000));
}

/// 2^(e - 128).
TC_INLINE tc_f32x16 tc_load_exponents(const uint8_t *p) {
  tc_u8x16 bytes;
  memcpy(&bytes, p, sizeof bytes);
  const tc_u32x16 e = __builtin_convertvector(bytes, tc_u32x16), low = (tc_u32x16)(e < 2);
  return (tc_f32x16)((low & ((e << 21) + 0x00200000)) | (~low & (e - 1) << 23));
}

/// Float32 in halves: 64 lower ones, then 64 upper ones.
TC_INLINE tc_f32x16 tc_load_floats(const uint8_t *p) {
  tc_u16x16 low, high;
  memcpy(&low, p, sizeof low);
  memcpy(&high, p + 2 * TC_PANEL, sizeof high);
  return (tc_f32x16)(__builtin_convertvector(low, tc_u32x16) | __builtin_convertvector(high, tc_u32x16)
                                                                   << 16);
}

/// Numbers of E4M3 by their bits, exactly; NaN too.
TC_INLINE tc_f32x16 tc_floats_of_bytes(tc_u32x16 bits) {
  const tc_u32x16 magnitude = bits & 0x7F, is_nan = (tc_u32x16)(magnitude == 0x7F);
  const tc_u32x16 finite = (tc_u32x16)((tc_f32x16)(magnitude << 20) * 0x1p120f);
  return (tc_f32x16)((bits & 0x80) << 24 | finite | (is_nan & 0x7FC00000));
}

/// The scales and the offsets of one group, for 16 outputs from `c`.
TC_INLINE void tc_load_group(tc_block_format format, const tc_block_layout *layout, const uint8_t *cell,
                             size_t group, size_t c, tc_f32x16 *scale, tc_f32x16 *offset) {
  const uint8_t *scales = cell + layout->scales + group * TC_PANEL + c;
  const uint8_t *minima = cell + layout->minima + group * TC_PANEL + c;
  if (format == TC_MXFP4) {
    *scale = tc_load_exponents(cell + c);
    return;
  }
  if (layout->has_floats) {
    *scale = tc_load_floats(cell + 2 * c);
    return;
  }
  if (layout->has_zeros) {
    *scale = tc_load_floats(cell + 2 * c);
    *offset = *scale * (tc_set((float)layout->zero) - tc_load_bytes(cell + layout->minima + c, 255, 0));
    return;
  }
  const tc_f32x16 factor = tc_load_halves(cell + 2 * c);
  const tc_f32x16 second = layout->has_offset ? tc_load_halves(cell + 2 * (TC_PANEL + c)) : factor;
  switch (format) {
  case TC_Q2_K:
    *scale = factor * tc_load_bytes(scales, 15, 0);
    *offset = -(second * tc_load_bytes(scales, 15, 4));
    break;
  case TC_Q3_K:
  case TC_IQ4_XS:
    *scale = factor * (tc_load_bytes(scales, 255, 0) - tc_set(32));
    break;
  case TC_Q4_K:
  case TC_Q5_K:
    *scale = factor * tc_load_bytes(scales, 255, 0);
    *offset = -(second * tc_load_bytes(minima, 255, 0));
    break;
  case TC_Q6_K: { // signed bytes
    const tc_f32x16 byte = tc_load_bytes(scales, 255, 0);
    *scale = factor * tc_select(byte >= tc_set(128), byte - tc_set(256), byte);
    break;
  }
  default:
    *scale = factor;
    *offset = second;
  }
}

/// What codes are less, for 16 outputs from `c`.
TC_INLINE tc_i32x16 tc_load_zeros(const tc_block_layout *layout, const uint8_t *cell, size_t c) {
  if (!layout->has_zeros) return (tc_i32x16){} + layout->zero;
  tc_u8x16 bytes;
  memcpy(&bytes, cell + layout->minima + c, sizeof bytes);
  return __builtin_convertvector(bytes, tc_i32x16);
}

/// The codes of quad `q` of a cell, four bytes of a word for each of 16 outputs from `c`.
TC_INLINE tc_u32x16 tc_load_codes(const tc_block_layout *layout, const uint8_t *cell, size_t q, size_t c) {
  const uint32_t bits = (uint32_t)layout->low_bits, high_bits = (uint32_t)layout->high_bits;
  const uint32_t sharing = 8 / bits;
  tc_u32x16 codes = tc_load_words(cell + layout->low + (q / sharing * TC_PANEL + c) * 4);
  codes = (codes >> (bits * (q % sharing))) & (0x01010101u * ((1u << bits) - 1));
  if (high_bits == 0) return codes;
  const uint32_t high_sharing = 8 / high_bits;
  const tc_u32x16 high = tc_load_words(cell + layout->high + (q / high_sharing * TC_PANEL + c) * 4);
  return codes | ((high >> (high_bits * (q % high_sharing))) & (0x01010101u * ((1u << high_bits) - 1)))
                     << bits;
}

#endif
