// bfloat16 operands as float32 numbers: what a set without an instruction for their products multiplies many
// rows with.
#include "bfloat16_weights.h"
#include "lanes.h"

TC_INLINE void pair_weights(float *weights, size_t units) {
  for (size_t u = 0; u < units; u++)
    for (size_t c = 0; c < TC_PANEL; c += 16) {
      const tc_u32x16 lower = tc_round_to_bfloat16(tc_load(weights + 2 * u * TC_PANEL + c)) >> 16;
      const tc_u32x16 upper = tc_round_to_bfloat16(tc_load(weights + (2 * u + 1) * TC_PANEL + c));
      tc_store(weights + u * TC_PANEL + c, (tc_f32x16)(lower | upper));
    }
}

TC_INLINE void round_weights(float *weights, size_t units) {
  for (size_t u = 0; u < units; u++, weights += 2 * TC_PANEL)
    for (size_t c = 0; c < TC_PANEL; c += 16) {
      const tc_f32x16 lower = (tc_f32x16)tc_round_to_bfloat16(tc_load(weights + c));
      tc_store(weights + c, (tc_f32x16)tc_round_to_bfloat16(tc_load(weights + TC_PANEL + c)));
      tc_store(weights + TC_PANEL + c, lower);
    }
}

TC_INLINE void widen_pairs(const void *pairs, float *weights, size_t units) {
  for (size_t u = 0; u < units; u++, weights += 2 * TC_PANEL)
    for (size_t c = 0; c < TC_PANEL; c += 16) {
      const tc_u32x16 both = tc_load_words((const char *)pairs + 4 * (u * TC_PANEL + c));
      tc_store(weights + c, (tc_f32x16)(both & 0xFFFF0000));
      tc_store(weights + TC_PANEL + c, (tc_f32x16)(both << 16));
    }
}

TC_INLINE void widen_rows(const float *x, size_t rows, size_t inner, void *y, size_t stride) {
  for (size_t r = 0; r < rows; r++, x += inner) {
    float *to = (float *)y + r * stride;
    for (size_t i = 0; i < inner; i += 16) {
      const tc_f32x16 part = (tc_f32x16)tc_round_to_bfloat16(tc_load_at(x, i, inner, 0));
      tc_store(to + i,
               __builtin_shufflevector(part, part, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
    }
  }
}

TC_VARIANTS(void, pair_weights, (float *weights, size_t units), (weights, units))
TC_VARIANTS(void, round_weights, (float *weights, size_t units), (weights, units))
TC_VARIANTS(void, widen_pairs, (const void *pairs, float *weights, size_t units), (pairs, weights, units))
TC_VARIANTS(void, widen_rows, (const float *x, size_t rows, size_t inner, void *y, size_t stride),
            (x, rows, inner, y, stride))
