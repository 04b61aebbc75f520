// Backward of layer norm (Ba, Kiros, Hinton 2016, eq. 4) and of root mean square norm (Zhang and Sennrich
// 2019, eq. 4).
#include "gradients.h"
#include "lanes.h"

TC_INLINE void backward(int centers, const float *x, const float *weight, const float *gy, float *gx,
                        float *gweight, float *gbias, size_t rows, size_t n, float epsilon) {
  for (; rows > 0; rows--, x += n, gy += n, gx += n) {
    tc_f32x16 sums = tc_set(0);
    if (centers)
      for (size_t i = 0; i < n; i += 16) sums += tc_load_at(x, i, n, 0);
    const float mean = tc_sum(sums) / (float)n;
    const tc_f32x16 center = tc_set(mean);
    sums = tc_set(0);
    for (size_t i = 0; i < n; i += 16) {
      const tc_f32x16 d = tc_load_at(x, i, n, mean) - center;
      sums = tc_fma(d, d, sums);
    }
    const tc_f32x16 scale = tc_set(1 / __builtin_sqrtf(tc_sum(sums) / (float)n + epsilon));

    tc_f32x16 plain = tc_set(0), along = tc_set(0);
    for (size_t i = 0; i < n; i += 16) {
      const tc_f32x16 gradient = tc_load_at(gy, i, n, 0), h = (tc_load_at(x, i, n, mean) - center) * scale;
      const tc_f32x16 g = gradient * tc_load_at(weight, i, n, 0);
      plain += g;
      along = tc_fma(g, h, along);
      tc_store_at(gweight, i, n, tc_fma(gradient, h, tc_load_at(gweight, i, n, 0)));
      if (centers && gbias) tc_store_at(gbias, i, n, tc_load_at(gbias, i, n, 0) + gradient);
    }
    const tc_f32x16 mean_g = tc_set(centers ? tc_sum(plain) / (float)n : 0);
    const tc_f32x16 mean_gh = tc_set(tc_sum(along) / (float)n);
    for (size_t i = 0; i < n; i += 16) {
      const tc_f32x16 h = (tc_load_at(x, i, n, mean) - center) * scale;
      const tc_f32x16 g = tc_load_at(gy, i, n, 0) * tc_load_at(weight, i, n, 0);
      tc_store_at(gx, i, n, scale * tc_fma(-h, mean_gh, g - mean_g));
    }
  }
}

#define NORM(NAME, CENTERS)                                                                                  \
  TC_INLINE void NAME(const float *x, const float *weight, const float *gy, float *gx, float *gweight,       \
                      float *gbias, size_t rows, size_t n, float epsilon) {                                  \
    backward(CENTERS, x, weight, gy, gx, gweight, gbias, rows, n, epsilon);                                  \
  }                                                                                                          \
  TC_VARIANTS(void, NAME,                                                                                    \
              (const float *x, const float *weight, const float *gy, float *gx, float *gweight,              \
               float *gbias, size_t rows, size_t n, float epsilon),                                          \
              (x, weight, gy, gx, gweight, gbias, rows, n, epsilon))

NORM(layer_norm_backward, 1)
NORM(rms_norm_backward, 0)
