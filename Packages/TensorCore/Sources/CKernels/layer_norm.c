// Layer norm, Ba, Kiros, Hinton 2016, eq. 4, with the population's variance.
#include "lanes.h"
#include "rows.h"

TC_INLINE void layer_norm(const float *x, const float *weight, const float *bias, float *y, size_t rows,
                          size_t n, float epsilon) {
  const size_t whole = n / 16 * 16, rest = n - whole;
  for (; rows > 0; rows--, x += n, y += n) {
    tc_f32x16 sums = tc_set(0);
    for (size_t i = 0; i < whole; i += 16) sums += tc_load(x + i);
    if (rest) sums += tc_load_part(x + whole, rest, 0);
    const float mean = tc_sum(sums) / (float)n;
    const tc_f32x16 center = tc_set(mean);

    sums = tc_set(0);
    for (size_t i = 0; i < whole; i += 16) {
      const tc_f32x16 d = tc_load(x + i) - center;
      sums = tc_fma(d, d, sums);
    }
    if (rest) {
      const tc_f32x16 d = tc_load_part(x + whole, rest, mean) - center;
      sums = tc_fma(d, d, sums);
    }
    const tc_f32x16 scale = tc_set(1 / __builtin_sqrtf(tc_sum(sums) / (float)n + epsilon));

    for (size_t i = 0; i < whole; i += 16) {
      const tc_f32x16 shift = bias ? tc_load(bias + i) : tc_set(0);
      tc_store(y + i, tc_fma((tc_load(x + i) - center) * scale, tc_load(weight + i), shift));
    }
    if (rest) {
      const tc_f32x16 shift = bias ? tc_load_part(bias + whole, rest, 0) : tc_set(0);
      const tc_f32x16 gain = tc_load_part(weight + whole, rest, 0);
      const tc_f32x16 d = tc_load_part(x + whole, rest, mean) - center;
      tc_store_part(y + whole, rest, tc_fma(d * scale, gain, shift));
    }
  }
}

TC_VARIANTS(void, layer_norm,
            (const float *x, const float *weight, const float *bias, float *y, size_t rows, size_t n,
             float epsilon),
            (x, weight, bias, y, rows, n, epsilon))
