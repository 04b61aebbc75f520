// What an update does to each element: Adam with decoupled decay, and the sums that clipping needs.
#include "gradients.h"
#include "vector_math.h"

TC_INLINE void scale(float *x, float factor, size_t n) {
  for (size_t i = 0; i < n; i += 16) {
    tc_store_at(x, i, n, tc_load_at(x, i, n, 0) * tc_set(factor));
  }
}

TC_VARIANTS(void, scale, (float *x, float factor, size_t n), (x, factor, n))

TC_INLINE double sum_of_squares(const float *x, size_t n) {
  tc_f64x16 sums = {0};
  for (size_t i = 0; i < n; i += 16) {
    const tc_f64x16 wide = __builtin_convertvector(tc_load_at(x, i, n, 0), tc_f64x16);
    sums += wide * wide;
  }
  double sum = 0;
  for (size_t lane = 0; lane < 16; lane++) sum += sums[lane];
  return sum;
}

TC_VARIANTS(double, sum_of_squares, (const float *x, size_t n), (x, n))

TC_INLINE void column_sums(const float *x, size_t stride, size_t rows, float *sums, size_t n) {
  for (size_t row = 0; row < rows; row++) // outermost, so that memory is read as it lies
    for (size_t i = 0; i < n; i += 16)
      tc_store_at(sums, i, n, tc_load_at(sums, i, n, 0) + tc_load_at(x + row * stride, i, n, 0));
}

TC_VARIANTS(void, column_sums, (const float *x, size_t stride, size_t rows, float *sums, size_t n),
            (x, stride, rows, sums, n))

TC_INLINE void adam(float *x, const float *g, float *m, float *v, const tc_adam *update, size_t n) {
  for (size_t i = 0; i < n; i += 16) {
    const tc_f32x16 gradient = tc_load_at(g, i, n, 0), old = tc_load_at(x, i, n, 0);
    const tc_f32x16 first =
        tc_fma(tc_set(update->beta1), tc_load_at(m, i, n, 0), tc_set(1 - update->beta1) * gradient);
    const tc_f32x16 second = tc_fma(tc_set(update->beta2), tc_load_at(v, i, n, 0),
                                    tc_set(1 - update->beta2) * (gradient * gradient));
    const tc_f32x16 size =
        __builtin_elementwise_sqrt(second * tc_set(update->second_correction)) + tc_set(update->epsilon);
    const tc_f32x16 step =
        tc_fma(tc_set(update->decay), old, first * tc_set(update->first_correction) / size);
    tc_store_at(m, i, n, first);
    tc_store_at(v, i, n, second);
    tc_store_at(x, i, n, tc_fma(tc_set(-update->rate), step, old));
  }
}

TC_VARIANTS(void, adam, (float *x, const float *g, float *m, float *v, const tc_adam *update, size_t n),
            (x, g, m, v, update, n))
