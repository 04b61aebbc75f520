// Softmax and log-sum-exp over rows, shifted by the largest element.
#include "gradients.h"
#include "lanes.h"
#include "natural_logarithm.h"
#include "rows.h"
#include "vector_math.h"
#include <math.h>

TC_INLINE float largest(const float *x, size_t n) {
  tc_f32x16 most = tc_set(-INFINITY);
  size_t i = 0;
  for (; i + 16 <= n; i += 16) most = tc_max(tc_load(x + i), most);
  if (i < n) most = tc_max(tc_load_part(x + i, n - i, -INFINITY), most);
  return tc_maximum(most);
}

TC_INLINE void softmax(const float *x, float *y, size_t rows, size_t n) {
  const size_t whole = n / 16 * 16, rest = n - whole;
  for (; rows > 0; rows--, x += n, y += n) {
    const tc_f32x16 shift = tc_set(largest(x, n));
    tc_f32x16 sums = tc_set(0);
    for (size_t i = 0; i < whole; i += 16) {
      const tc_f32x16 e = tc_exp(tc_load(x + i) - shift);
      tc_store(y + i, e);
      sums += e;
    }
    if (rest) {
      const tc_f32x16 e = tc_exp(tc_load_part(x + whole, rest, -INFINITY) - shift);
      tc_store_part(y + whole, rest, e);
      tc_f32x16 kept = tc_set(0);
      memcpy(&kept, &e, rest * sizeof(float));
      sums += kept;
    }
    const tc_f32x16 total = tc_set(tc_sum(sums));
    for (size_t i = 0; i < whole; i += 16) tc_store(y + i, tc_load(y + i) / total);
    if (rest) tc_store_part(y + whole, rest, tc_load_part(y + whole, rest, 0) / total);
  }
}

TC_INLINE double log_sum_exp(const float *x, size_t n) {
  const float most = largest(x, n);
  if (most == -INFINITY) {
    for (size_t i = 0; i < n; i++)
      if (x[i] != x[i]) return NAN;
    return -INFINITY;
  }
  tc_f32x16 sums = tc_set(0);
  size_t i = 0;
  for (; i + 16 <= n; i += 16) sums += tc_exp(tc_load(x + i) - tc_set(most));
  if (i < n) sums += tc_exp(tc_load_part(x + i, n - i, -INFINITY) - tc_set(most));
  return (double)most + tc_log(tc_sum(sums));
}

TC_INLINE double cross_entropy(float *x, size_t n, size_t target) {
  const float most = largest(x, n), wanted = x[target];
  const double loss = most == -INFINITY ? log_sum_exp(x, n) - (double)wanted : 0;
  tc_f32x16 sums = tc_set(0);
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const tc_f32x16 e = tc_exp(tc_load(x + i) - tc_set(most));
    tc_store(x + i, e);
    sums += e;
  }
  if (i < n) {
    const tc_f32x16 e = tc_exp(tc_load_part(x + i, n - i, -INFINITY) - tc_set(most));
    tc_store_part(x + i, n - i, e);
    sums += e;
  }
  const float total = tc_sum(sums);
  const tc_f32x16 share = tc_set(1 / total);
  for (i = 0; i < n; i += 16) tc_store_at(x, i, n, tc_load_at(x, i, n, 0) * share);
  x[target] -= 1;
  return most == -INFINITY ? loss : (double)most + tc_log(total) - (double)wanted;
}

TC_VARIANTS(void, softmax, (const float *x, float *y, size_t rows, size_t n), (x, y, rows, n))
TC_VARIANTS(double, log_sum_exp, (const float *x, size_t n), (x, n))
TC_VARIANTS(double, cross_entropy, (float *x, size_t n, size_t target), (x, n, target))
