// Conversions between float types. Integer arithmetic on the bits, so that subnormals and NaN do not depend
// on what an instruction set makes of them (vcvtneps2bf16 flushes subnormals, vcvtps2ph does not).
#include "lanes.h"
#include "rows.h"

TC_INLINE tc_u32x16 select_u32(tc_i32x16 mask, tc_u32x16 a, tc_u32x16 b) {
  return (a & (tc_u32x16)mask) | (b & ~(tc_u32x16)mask);
}

TC_INLINE tc_u32x16 set_u32(uint32_t x) {
  return (tc_u32x16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
}

TC_INLINE tc_u32x16 quiet(tc_u32x16 bits) {
  const tc_i32x16 is_nan = (tc_i32x16)((bits & 0x7FFFFFFF) > 0x7F800000);
  return select_u32(is_nan, bits | 0x400000, bits);
}

TC_INLINE tc_u16x16 bfloat16_of(tc_u32x16 bits) {
  const tc_i32x16 is_nan = (tc_i32x16)((bits & 0x7FFFFFFF) > 0x7F800000);
  const tc_u32x16 rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
  return __builtin_convertvector(select_u32(is_nan, (bits >> 16) | 0x40, rounded), tc_u16x16);
}

TC_INLINE tc_u32x16 of_bfloat16(tc_u16x16 x) { return quiet(__builtin_convertvector(x, tc_u32x16) << 16); }

TC_INLINE tc_u16x16 float16_of(tc_u32x16 bits) {
  const tc_u32x16 sign = (bits >> 16) & 0x8000, magnitude = bits & 0x7FFFFFFF;
  // Normal results: move the exponent's bias from 127 to 15 and round 13 bits away.
  const tc_u32x16 normal = (magnitude - 0x38000000 + 0xFFF + ((magnitude >> 13) & 1)) >> 13;
  // Subnormal results, below 2^-14: adding 0.5 lets the float adder round at 2^-24, the spacing of both.
  const tc_u32x16 subnormal = (tc_u32x16)((tc_f32x16)magnitude + tc_set(0.5f)) - 0x3F000000;
  tc_u32x16 result = select_u32((tc_i32x16)(magnitude < 0x38800000), subnormal, normal);
  result = select_u32((tc_i32x16)(magnitude >= 0x477FF000), set_u32(0x7C00), result); // 65520 and above
  result = select_u32((tc_i32x16)(magnitude > 0x7F800000), 0x7E00 | ((magnitude >> 13) & 0x3FF), result);
  return __builtin_convertvector(sign | result, tc_u16x16);
}

TC_INLINE tc_u32x16 of_float16(tc_u16x16 x) {
  const tc_u32x16 wide = __builtin_convertvector(x, tc_u32x16);
  const tc_u32x16 sign = (wide & 0x8000) << 16, magnitude = wide & 0x7FFF;
  const tc_u32x16 normal = (magnitude << 13) + 0x38000000;
  const tc_u32x16 subnormal =
      (tc_u32x16)(__builtin_convertvector((tc_i32x16)magnitude, tc_f32x16) * 0x1p-24f);
  tc_u32x16 result = select_u32((tc_i32x16)(magnitude < 0x0400), subnormal, normal);
  result = select_u32((tc_i32x16)(magnitude >= 0x7C00), 0x7F800000 | (magnitude << 13), result);
  return quiet(sign | result);
}

/// Round to odd: no later rounding to fewer bits can then be a second one.
TC_INLINE uint32_t float32_to_odd(double x) {
  const float nearest = (float)x;
  uint32_t bits;
  memcpy(&bits, &nearest, sizeof bits);
  if (x != x || (double)nearest == x) return bits;
  if (__builtin_fabs((double)nearest) > __builtin_fabs(x)) bits -= 1;
  return bits | 1;
}

/// n elements, at most 16, as the bits of float32; float64 to odd unless it is to stay float32.
TC_INLINE tc_u32x16 load_bits(const char *x, tc_float_type from, size_t n, int to_odd) {
  tc_u32x16 bits = {0};
  if (from == TC_FLOAT32) {
    memcpy(&bits, x, n * 4);
    return quiet(bits);
  }
  if (from == TC_FLOAT64) {
    double wide[16] = {0};
    memcpy(wide, x, n * 8);
    for (size_t i = 0; i < 16; i++) {
      const float nearest = (float)wide[i];
      uint32_t b;
      memcpy(&b, &nearest, sizeof b);
      bits[i] = to_odd ? float32_to_odd(wide[i]) : b;
    }
    return bits;
  }
  tc_u16x16 half = {0};
  memcpy(&half, x, n * 2);
  return from == TC_BFLOAT16 ? of_bfloat16(half) : of_float16(half);
}

TC_INLINE void store_bits(char *y, tc_float_type to, size_t n, tc_u32x16 bits) {
  if (to == TC_FLOAT32) {
    memcpy(y, &bits, n * 4);
  } else if (to == TC_FLOAT64) {
    const tc_f64x16 wide = __builtin_convertvector((tc_f32x16)bits, tc_f64x16);
    memcpy(y, &wide, n * 8);
  } else {
    const tc_u16x16 half = to == TC_BFLOAT16 ? bfloat16_of(bits) : float16_of(bits);
    memcpy(y, &half, n * 2);
  }
}

TC_INLINE void convert_pair(const char *x, tc_float_type from, char *y, tc_float_type to, size_t n) {
  const size_t x_size = from == TC_FLOAT64 ? 8 : from == TC_FLOAT32 ? 4 : 2;
  const size_t y_size = to == TC_FLOAT64 ? 8 : to == TC_FLOAT32 ? 4 : 2;
  const int to_odd = y_size == 2;
  if (from == to) { // nothing is rounded, nothing made quiet
    memcpy(y, x, n * x_size);
    return;
  }
  for (; n >= 16; n -= 16, x += 16 * x_size, y += 16 * y_size)
    store_bits(y, to, 16, load_bits(x, from, 16, to_odd));
  if (n > 0) store_bits(y, to, n, load_bits(x, from, n, to_odd));
}

// Spelt out, so that each pair becomes a loop of its own.
TC_INLINE void convert(const void *x, tc_float_type from, void *y, tc_float_type to, size_t n) {
#define PAIR(A, B)                                                                                           \
  case A *TC_FLOAT_TYPE_COUNT + B:                                                                           \
    convert_pair(x, A, y, B, n);                                                                             \
    return;
#define PAIRS(A) PAIR(A, TC_FLOAT32) PAIR(A, TC_BFLOAT16) PAIR(A, TC_FLOAT16)
  switch (from * TC_FLOAT_TYPE_COUNT + to) {
    PAIRS(TC_FLOAT32)
    PAIRS(TC_BFLOAT16)
    PAIRS(TC_FLOAT16)
    PAIRS(TC_FLOAT64)
    PAIR(TC_FLOAT64, TC_FLOAT64)
    PAIR(TC_FLOAT32, TC_FLOAT64)
    PAIR(TC_BFLOAT16, TC_FLOAT64)
    PAIR(TC_FLOAT16, TC_FLOAT64)
  }
#undef PAIRS
#undef PAIR
}

TC_VARIANTS(void, convert, (const void *x, tc_float_type from, void *y, tc_float_type to, size_t n),
            (x, from, y, to, n))
