// Rows of activations as integers of 16 or 8 bits: block_panels.h has the definition.
#include "integer_tile.h"
#include <stdbool.h>

/// The nearest integer, ties to even, of |x| below 2^22.
TC_INLINE tc_i32x16 to_nearest(tc_f32x16 x) {
  const tc_f32x16 shift = tc_set(0x1.8p23f);
  return (tc_i32x16)(x + shift) - (tc_i32x16)shift;
}

typedef int16_t i16x16 __attribute__((vector_size(32)));
typedef int8_t i8x16 __attribute__((vector_size(16)));

TC_INLINE void put_bytes(tc_i32x16 integers, char *to) {
  const i8x16 bytes = __builtin_convertvector(integers, i8x16);
  memcpy(to, &bytes, sizeof bytes);
}

// Half a strip's integers, its place in memory that of `form`.
TC_INLINE void put(tc_i32x16 integers, const tc_integer_form form, size_t half, char *strip) {
  if (form == TC_FORM_WORDS) {
    const i16x16 words = __builtin_convertvector(integers, i16x16);
    memcpy(strip + half * sizeof words, &words, sizeof words);
  } else if (form == TC_FORM_BYTES) {
    put_bytes(integers, strip + half * 16);
  } else {
    const tc_i32x16 upper = (integers + 64) >> 7;
    put_bytes(upper, strip + half * 16);
    put_bytes(integers - (upper << 7), strip + TC_STRIP + half * 16);
  }
}

// The integers of a strip, and the sums of its halves; its scale.
TC_INLINE float quantize_strip(const float *x, const float limit, const tc_integer_form form, char *strip,
                               int32_t *sums) {
  const tc_f32x16 parts[2] = {tc_load(x), tc_load(x + 16)};
  const int32_t bits = __builtin_reduce_max(
      __builtin_elementwise_max((tc_i32x16)parts[0] & 0x7FFFFFFF, (tc_i32x16)parts[1] & 0x7FFFFFFF));
  float largest;
  memcpy(&largest, &bits, sizeof largest);
  if (bits >= 0x7F800000 || largest < 0x1p-100f) {
    memset(strip, 0, tc_strip_bytes(form));
    sums[0] = sums[1] = 0;
    return bits >= 0x7F800000 ? __builtin_nanf("") : 0;
  }
  const tc_f32x16 inverse = tc_set(limit / largest);
  for (size_t half = 0; half < 2; half++) {
    const tc_i32x16 nearest = to_nearest(parts[half] * inverse);
    put(nearest, form, half, strip);
    sums[half] = __builtin_reduce_add(nearest);
  }
  return largest / limit;
}

enum { AT_ONCE = 4 }; // strips, so that the steps of their reductions are shared

// Lanes of an even and an odd place, 1 and then 2 apart, of two vectors: reduced in pairs, they are a vector
// with a quarter of each.
#define PAIRS(REDUCE, A, B)                                                                                  \
  REDUCE(__builtin_shufflevector(A, B, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30),           \
         __builtin_shufflevector(A, B, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31))
#define PAIRS_OF_PAIRS(REDUCE, A, B)                                                                         \
  REDUCE(__builtin_shufflevector(A, B, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),            \
         __builtin_shufflevector(A, B, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))
#define MOST(A, B) __builtin_elementwise_max(A, B)
#define TOTAL(A, B) ((A) + (B))
// Four vectors, each to a lane of the first four.
#define REDUCED(REDUCE, V, TO)                                                                               \
  {                                                                                                          \
    const tc_i32x16 first = PAIRS(REDUCE, V[0], V[1]), second = PAIRS(REDUCE, V[2], V[3]);                   \
    TO = PAIRS_OF_PAIRS(REDUCE, first, second);                                                              \
    TO = REDUCE(TO, __builtin_shufflevector(TO, TO, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));  \
    TO = REDUCE(TO, __builtin_shufflevector(TO, TO, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));  \
  }

typedef int32_t i32x4 __attribute__((vector_size(16)));

// What quantize_strip does, of AT_ONCE strips; false, with nothing done, where one of them is zero or not
// finite.
TC_INLINE bool quantize_strips(const float *x, const float limit, const tc_integer_form form, char *strips,
                               tc_f32x4 *scales, i32x4 *sums) {
  tc_i32x16 largest[AT_ONCE], halves[2][AT_ONCE], all;
#pragma clang loop unroll(full)
  for (size_t s = 0; s < AT_ONCE; s++)
    largest[s] = MOST((tc_i32x16)tc_load(x + s * TC_STRIP) & 0x7FFFFFFF,
                      (tc_i32x16)tc_load(x + s * TC_STRIP + 16) & 0x7FFFFFFF);
  REDUCED(MOST, largest, all)
  const i32x4 bits = __builtin_shufflevector(all, all, 0, 1, 2, 3);
  const i32x4 other = (bits < 0x0D800000) | (bits >= 0x7F800000); // below 2^-100, or not finite
  if (other[0] | other[1] | other[2] | other[3]) return false;
  const tc_f32x4 most = (tc_f32x4)bits, limits = {limit, limit, limit, limit};
  const tc_f32x4 inverse = limits / most;
  *scales = most / limits;
#pragma clang loop unroll(full)
  for (size_t s = 0; s < AT_ONCE; s++)
#pragma clang loop unroll(full)
    for (size_t half = 0; half < 2; half++) {
      halves[half][s] = to_nearest(tc_load(x + s * TC_STRIP + half * 16) * tc_set(inverse[s]));
      put(halves[half][s], form, half, strips + s * tc_strip_bytes(form));
    }
#pragma clang loop unroll(full)
  for (size_t half = 0; half < 2; half++) {
    REDUCED(TOTAL, halves[half], all)
    sums[half] = __builtin_shufflevector(all, all, 0, 1, 2, 3);
  }
  return true;
}

// What goes with AT_ONCE groups.
TC_INLINE void put_groups(tc_f32x4 scales, i32x4 sums, int zero, size_t apart, size_t count,
                          tc_integer_group *groups) {
  const tc_f32x4 products = scales * __builtin_convertvector(sums, tc_f32x4);
  const i32x4 less = sums * -zero;
  for (size_t i = 0; i < count; i++)
    groups[i * apart] = (tc_integer_group){.scale = scales[i], .sum = products[i], .less = less[i]};
}

TC_INLINE void quantize_row(const float *x, size_t strips, const float limit, const tc_integer_form form,
                            const size_t group, int zero, char *integers) {
  tc_integer_group *groups = (tc_integer_group *)(integers + strips * tc_strip_bytes(form));
  for (size_t s = 0, count; s < strips; s += count) {
    tc_f32x4 scales = {0};
    i32x4 sums[2] = {{0}};
    count = s + AT_ONCE <= strips && quantize_strips(x, limit, form, integers, &scales, sums) ? AT_ONCE : 1;
    if (count == 1) {
      int32_t halves[2];
      scales[0] = quantize_strip(x, limit, form, integers, halves);
      sums[0][0] = halves[0];
      sums[1][0] = halves[1];
    }
    if (group == TC_STRIP) {
      put_groups(scales, sums[0] + sums[1], zero, 1, count, groups + s);
    } else {
      put_groups(scales, sums[0], zero, 2, count, groups + 2 * s);
      put_groups(scales, sums[1], zero, 2, count, groups + 2 * s + 1);
    }
    x += count * TC_STRIP;
    integers += count * tc_strip_bytes(form);
  }
}

TC_INLINE void quantize_rows(const float *x, size_t rows, size_t inner, tc_integer_kind kind, void *y,
                             size_t stride) {
#define CASE(FORM)                                                                                           \
  case FORM:                                                                                                 \
    if (kind.group == TC_STRIP)                                                                              \
      quantize_row(x, inner / TC_STRIP, (float)kind.limit, FORM, TC_STRIP, kind.zero, to);                   \
    else                                                                                                     \
      quantize_row(x, inner / TC_STRIP, (float)kind.limit, FORM, TC_STRIP / 2, kind.zero, to);               \
    break;
  char *to = y;
  for (size_t r = 0; r < rows; r++, x += inner, to += 4 * stride) switch (kind.form) {
      CASE(TC_FORM_WORDS)
      CASE(TC_FORM_BYTES)
      CASE(TC_FORM_PLANES)
    }
#undef CASE
}

TC_VARIANTS(void, quantize_rows,
            (const float *x, size_t rows, size_t inner, tc_integer_kind kind, void *y, size_t stride),
            (x, rows, inner, kind, y, stride))
