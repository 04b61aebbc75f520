// Rows of activations as integers of 16 or 8 bits: block_panels.h has the definition.
#include "integer_tile.h"

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

TC_INLINE tc_integer_group group_of(float scale, int32_t sum) {
  return (tc_integer_group){.scale = scale, .sum = scale * (float)sum, .integers = sum};
}

TC_INLINE void quantize_row(const float *x, size_t strips, const float limit, const tc_integer_form form,
                            size_t group, char *integers) {
  tc_integer_group *groups = (tc_integer_group *)(integers + strips * tc_strip_bytes(form));
  for (size_t s = 0; s < strips; s++, x += TC_STRIP, integers += tc_strip_bytes(form)) {
    int32_t sums[2];
    const float scale = quantize_strip(x, limit, form, integers, sums);
    if (group == TC_STRIP) {
      groups[s] = group_of(scale, sums[0] + sums[1]);
    } else {
      for (size_t half = 0; half < 2; half++) groups[2 * s + half] = group_of(scale, sums[half]);
    }
  }
}

TC_INLINE void quantize_rows(const float *x, size_t rows, size_t inner, tc_integer_kind kind, void *y,
                             size_t stride) {
#define CASE(FORM)                                                                                           \
  case FORM:                                                                                                 \
    quantize_row(x, inner / TC_STRIP, (float)kind.limit, FORM, kind.group, to);                              \
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
