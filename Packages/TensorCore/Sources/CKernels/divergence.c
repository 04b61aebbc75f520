// How far apart two distributions over a vocabulary are. rows.h has the equation, the order and the bound.
#include "lanes.h"
#include "natural_logarithm.h"
#include "rows.h"
#include <float.h>

enum { panel = 64 };

typedef int64_t tc_i64x16 __attribute__((vector_size(128)));
typedef uint64_t tc_u64x16 __attribute__((vector_size(128)));

TC_INLINE tc_f64x16 wide_set(double x) { return (tc_f64x16){0} + x; }

TC_INLINE tc_f64x16 widen(tc_f32x16 x) { return __builtin_convertvector(x, tc_f64x16); }

TC_INLINE tc_f64x16 wide_fma(tc_f64x16 a, tc_f64x16 b, tc_f64x16 c) {
  return __builtin_elementwise_fma(a, b, c);
}

/// e^x for x <= 0, within 2 ulp; 0 below -708; NaN stays. exp(0) is exactly 1.
///
/// x = n ln 2 + f with n an integer and |f| <= ln 2 / 2, where the Taylor polynomial of degree 13 leaves
/// 4e-18; Cody and Waite 1980, chapter 6.
TC_INLINE tc_f64x16 wide_exp(tc_f64x16 x) {
  const tc_f64x16 magic = wide_set(0x1.8p52); // its low bits hold n
  const tc_f64x16 shifted = wide_fma(x, wide_set(0x1.71547652b82fep0), magic);
  const tc_f64x16 n = shifted - magic;
  tc_f64x16 f = wide_fma(n, wide_set(-0x1.62e42fefa39efp-1), x);
  f = wide_fma(n, wide_set(-0x1.abc9e3b39803fp-56), f);
  tc_f64x16 r = wide_set(1.0 / 6227020800);
  r = wide_fma(r, f, wide_set(1.0 / 479001600));
  r = wide_fma(r, f, wide_set(1.0 / 39916800));
  r = wide_fma(r, f, wide_set(1.0 / 3628800));
  r = wide_fma(r, f, wide_set(1.0 / 362880));
  r = wide_fma(r, f, wide_set(1.0 / 40320));
  r = wide_fma(r, f, wide_set(1.0 / 5040));
  r = wide_fma(r, f, wide_set(1.0 / 720));
  r = wide_fma(r, f, wide_set(1.0 / 120));
  r = wide_fma(r, f, wide_set(1.0 / 24));
  r = wide_fma(r, f, wide_set(1.0 / 6));
  r = wide_fma(r, f, wide_set(0.5));
  r = wide_fma(r, f, wide_set(1));
  r = wide_fma(r, f, wide_set(1));
  r = (tc_f64x16)((tc_u64x16)r + ((tc_u64x16)shifted << 52)); // times 2^n
  const tc_i64x16 small = x < wide_set(-708), is_nan = x != x;
  r = (tc_f64x16)((tc_i64x16)r & ~small);
  return (tc_f64x16)(((tc_i64x16)x & is_nan) | ((tc_i64x16)r & ~is_nan));
}

/// The fixed tree: lanes 8 apart, then 4, 2, 1.
TC_INLINE double wide_sum(tc_f64x16 v) {
  double lanes[16];
  memcpy(lanes, &v, sizeof v);
  for (int apart = 8; apart > 0; apart /= 2)
    for (int i = 0; i < apart; i++) lanes[i] += lanes[i + apart];
  return lanes[0];
}

/// What is known of one row so far: lane l has the elements that are l modulo 16.
typedef struct side {
  tc_f32x16 largest;
  tc_i32x16 id;
  tc_f64x16 sum; // of exp(element - largest)
} side;

static const tc_i32x16 lane_ids = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

/// Raises the largest elements to those of a panel whose first element is `first`.
///
/// Returns what sums over earlier elements are to be multiplied by.
TC_INLINE tc_f64x16 raise(side *s, const tc_f32x16 *v, int32_t first) {
  const tc_f32x16 before = s->largest;
  for (int i = 0; i < 4; i++) {
    const tc_i32x16 larger = v[i] > s->largest;
    s->id = (larger & (lane_ids + (first + 16 * i))) | (~larger & s->id);
    s->largest = tc_select(larger, v[i], s->largest);
  }
  return wide_exp(widen(before) - widen(s->largest));
}

/// A row's largest element and its index; and each lane's sum over `largest`, still by lane.
TC_INLINE tc_f64x16 finish(const side *s, float *largest, int32_t *id) {
  *largest = tc_maximum(s->largest);
  *id = INT32_MAX;
  for (int i = 0; i < 16; i++)
    if (s->largest[i] == *largest && s->id[i] < *id) *id = s->id[i];
  return wide_exp(widen(s->largest) - wide_set(*largest));
}

TC_INLINE tc_divergence divergence(const float *reference, const float *candidate, size_t n) {
  side a = {tc_set(-FLT_MAX), lane_ids, wide_set(0)}, b = a;
  tc_f64x16 weighted = wide_set(0); // sum of exp(a - largest) (a - b)
  for (size_t first = 0; first < n; first += panel) {
    tc_f32x16 va[4], vb[4];
    for (size_t i = 0; i < 4; i++) {
      const size_t at = first + 16 * i;
      // Beyond the end, elements add nothing and are not larger than any.
      va[i] = at < n ? tc_load_at(reference, at, n, -FLT_MAX) : tc_set(-FLT_MAX);
      vb[i] = at < n ? tc_load_at(candidate, at, n, -FLT_MAX) : tc_set(-FLT_MAX);
    }
    const tc_f64x16 scale = raise(&a, va, (int32_t)first);
    a.sum = a.sum * scale;
    weighted = weighted * scale;
    b.sum = b.sum * raise(&b, vb, (int32_t)first);
    for (int i = 0; i < 4; i++) {
      const tc_f64x16 e = wide_exp(widen(va[i]) - widen(a.largest));
      a.sum = a.sum + e;
      weighted = wide_fma(e, widen(va[i]) - widen(vb[i]), weighted);
      b.sum = b.sum + wide_exp(widen(vb[i]) - widen(b.largest));
    }
  }
  tc_divergence result;
  const tc_f64x16 scale = finish(&a, &result.largest[0], &result.argmax[0]);
  const double sum = wide_sum(a.sum * scale), log_sum = tc_log(sum);
  const double other = tc_log(wide_sum(b.sum * finish(&b, &result.largest[1], &result.argmax[1])));
  result.log_sum_exp[0] = (double)result.largest[0] + log_sum;
  result.log_sum_exp[1] = (double)result.largest[1] + other;
  result.divergence = wide_sum(weighted * scale) / sum +
                      ((double)result.largest[1] - (double)result.largest[0]) + (other - log_sum);
  return result;
}

TC_VARIANTS(tc_divergence, divergence, (const float *reference, const float *candidate, size_t n),
            (reference, candidate, n))
