// Rows of activations as integers of 16 or 8 bits: block_panels.h has the definition.
#include "finish.h"
#include "lanes.h"

enum { LIMIT_INT8 = 127, LIMIT_INT16 = 127 * 128 };

/// The nearest integer, ties to even, of |x| below 2^22.
TC_INLINE tc_i32x16 to_nearest(tc_f32x16 x) {
  const tc_f32x16 shift = tc_set(0x1.8p23f);
  return (tc_i32x16)(x + shift) - (tc_i32x16)shift;
}

TC_INLINE int32_t largest_bits(tc_i32x16 a, tc_i32x16 b) {
  const tc_i32x16 larger = a > b;
  const tc_i32x16 most = (a & larger) | (b & ~larger);
  int32_t found = 0;
  for (int i = 0; i < 16; i++) found = most[i] > found ? most[i] : found;
  return found;
}

TC_INLINE int32_t sum_of(tc_i32x16 x) {
  int32_t sum = 0;
  for (int i = 0; i < 16; i++) sum += x[i];
  return sum;
}

TC_INLINE void quantize_strip(const float *x, const int32_t limit, int16_t *integers, float *scale,
                              int32_t *sums) {
  typedef int16_t i16x16 __attribute__((vector_size(32)));
  const tc_f32x16 parts[2] = {tc_load(x), tc_load(x + 16)};
  const int32_t bits = largest_bits((tc_i32x16)parts[0] & 0x7FFFFFFF, (tc_i32x16)parts[1] & 0x7FFFFFFF);
  float largest;
  memcpy(&largest, &bits, sizeof largest);
  if (bits >= 0x7F800000 || largest < 0x1p-100f) {
    memset(integers, 0, TC_STRIP * sizeof *integers);
    *scale = bits >= 0x7F800000 ? __builtin_nanf("") : 0;
    sums[0] = sums[1] = 0;
    return;
  }
  *scale = largest / (float)limit;
  const tc_f32x16 inverse = tc_set((float)limit / largest);
  for (int i = 0; i < 2; i++) {
    const tc_i32x16 nearest = to_nearest(parts[i] * inverse);
    const i16x16 narrow = __builtin_convertvector(nearest, i16x16);
    memcpy(integers + 16 * i, &narrow, sizeof narrow);
    sums[i] = sum_of(nearest);
  }
}

TC_INLINE void quantize(const float *x, size_t rows, size_t inner, void *y, size_t stride,
                        const int32_t limit) {
  for (size_t r = 0; r < rows; r++, x += inner) {
    int16_t *integers = (int16_t *)((char *)y + 4 * r * stride);
    float *scales = (float *)(integers + inner);
    int32_t *sums = (int32_t *)(scales + inner / TC_STRIP);
    for (size_t s = 0; s < inner / TC_STRIP; s++)
      quantize_strip(x + s * TC_STRIP, limit, integers + s * TC_STRIP, scales + s, sums + 2 * s);
  }
}

TC_INLINE void quantize_rows(const float *x, size_t rows, size_t inner, void *y, size_t stride) {
  quantize(x, rows, inner, y, stride, LIMIT_INT16);
}

TC_INLINE void quantize_rows_int8(const float *x, size_t rows, size_t inner, void *y, size_t stride) {
  quantize(x, rows, inner, y, stride, LIMIT_INT8);
}

TC_VARIANTS(void, quantize_rows, (const float *x, size_t rows, size_t inner, void *y, size_t stride),
            (x, rows, inner, y, stride))
TC_VARIANTS(void, quantize_rows_int8, (const float *x, size_t rows, size_t inner, void *y, size_t stride),
            (x, rows, inner, y, stride))
