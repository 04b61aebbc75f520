// Root mean square norm, Zhang and Sennrich 2019, eq. 4.
#include "lanes.h"
#include "rows.h"

TC_INLINE void rms_norm(const float *x, size_t x_stride, const float *weight, float *y, size_t y_stride,
                        size_t rows, size_t n, float epsilon) {
  const size_t whole = n / 16 * 16, rest = n - whole;
  for (; rows > 0; rows--, x += x_stride, y += y_stride) {
    tc_f32x16 sums = tc_set(0);
    for (size_t i = 0; i < whole; i += 16) {
      const tc_f32x16 v = tc_load(x + i);
      sums = tc_fma(v, v, sums);
    }
    if (rest) {
      const tc_f32x16 v = tc_load_part(x + whole, rest, 0);
      sums = tc_fma(v, v, sums);
    }
    const tc_f32x16 scale = tc_set(1 / __builtin_sqrtf(tc_sum(sums) / (float)n + epsilon));
    for (size_t i = 0; i < whole; i += 16) tc_store(y + i, tc_load(x + i) * scale * tc_load(weight + i));
    if (rest) {
      const tc_f32x16 v = tc_load_part(x + whole, rest, 0), gain = tc_load_part(weight + whole, rest, 0);
      tc_store_part(y + whole, rest, v * scale * gain);
    }
  }
}

TC_VARIANTS(void, rms_norm,
            (const float *x, size_t x_stride, const float *weight, float *y, size_t y_stride, size_t rows,
             size_t n, float epsilon),
            (x, x_stride, weight, y, y_stride, rows, n, epsilon))
