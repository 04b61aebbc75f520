// exp, tanh, erf and the activations made of them, on sixteen lanes, for every kernel that needs one.
//
// One polynomial each, every step a fused multiply-add or a single IEEE operation, so all instruction sets
// agree bit for bit. The bounds hold for every 37th of the 2^32 floats, measured against float64. NaN gives
// NaN, and so does -infinity in the three activations.
#ifndef TC_VECTOR_MATH_H
#define TC_VECTOR_MATH_H

#include "lanes.h"

TC_INLINE tc_f32x16 tc_absolute(tc_f32x16 x) { return (tc_f32x16)((tc_i32x16)x & 0x7FFFFFFF); }

/// |magnitude| with the sign of `sign`.
TC_INLINE tc_f32x16 tc_copy_sign(tc_f32x16 magnitude, tc_f32x16 sign) {
  return (tc_f32x16)(((tc_i32x16)magnitude & 0x7FFFFFFF) | ((tc_i32x16)sign & (int32_t)0x80000000));
}

/// tc_exp for x in -87.33 ... 88.7228, whatever else for others; a NaN that arithmetic makes stays one.
TC_INLINE tc_f32x16 tc_exp_in_range(tc_f32x16 x) {
  const tc_f32x16 shifted = tc_fma(x, tc_set(1.44269504f), tc_set(0x1.8p23f)); // its low bits hold n
  const tc_f32x16 n = shifted - tc_set(0x1.8p23f);
  tc_f32x16 f = tc_fma(n, tc_set(-0x1.62e400p-1f), x);
  f = tc_fma(n, tc_set(-0x1.7f7d1cp-20f), f);
  tc_f32x16 r = tc_set(0x1.694000p-10f);
  r = tc_fma(r, f, tc_set(0x1.125edcp-7f));
  r = tc_fma(r, f, tc_set(0x1.555b5ap-5f));
  r = tc_fma(r, f, tc_set(0x1.555450p-3f));
  r = tc_fma(r, f, tc_set(0x1.fffff6p-2f));
  r = tc_fma(r, f, tc_set(1));
  r = tc_fma(r, f, tc_set(1));
  return (tc_f32x16)((tc_u32x16)r + ((tc_u32x16)shifted << 23)); // times 2^n
}

/// e^x within 1 ulp; 0 below -87.33 (where results leave the normal numbers), infinity above 88.7228.
///
/// exp(0) is exactly 1. x = n ln 2 + f with n an integer and |f| <= ln 2 / 2; Cody and Waite 1980, chapter 6.
TC_INLINE tc_f32x16 tc_exp(tc_f32x16 x) {
  tc_f32x16 r = tc_exp_in_range(x);
  r = tc_select(x < tc_set(-87.33f), tc_set(0), r);
  r = tc_select(x > tc_set(88.7228f), tc_set(__builtin_inff()), r);
  return tc_select(x != x, x, r);
}

/// tanh x within 2 ulp: an odd polynomial below 0.625 (Moshier, Cephes, tanhf.c), 1 - 2 / (e^2x + 1) above.
TC_INLINE tc_f32x16 tc_tanh(tc_f32x16 x) {
  const tc_f32x16 square = x * x, size = tc_absolute(x);
  tc_f32x16 near = tc_set(-5.70498872745e-3f);
  near = tc_fma(near, square, tc_set(2.06390887954e-2f));
  near = tc_fma(near, square, tc_set(-5.37397155531e-2f));
  near = tc_fma(near, square, tc_set(1.33314422036e-1f));
  near = tc_fma(near, square, tc_set(-3.33332819422e-1f));
  near = tc_fma(near * square, x, x);
  const tc_f32x16 far = tc_set(1) - tc_set(2) / (tc_exp(size + size) + tc_set(1));
  return tc_select(size < tc_set(0.625f), near, tc_copy_sign(far, x));
}

/// cap * tanh(x / cap), within 4 ulp of the tanh of the rounded quotient; Gemma Team 2024, *Gemma 2*,
/// section 2.
TC_INLINE tc_f32x16 tc_softcap(tc_f32x16 x, float cap) { return tc_set(cap) * tc_tanh(x / tc_set(cap)); }

/// erf x within 2 ulp: an odd polynomial below 0.928, 1 - e^p(|x|) above (Juffa 2014, erff).
TC_INLINE tc_f32x16 tc_erf(tc_f32x16 x) {
  const tc_f32x16 square = x * x, size = tc_absolute(x);
  tc_f32x16 near = tc_set(-0x1.38e000p-11f);
  near = tc_fma(near, square, tc_set(0x1.471a58p-8f));
  near = tc_fma(near, square, tc_set(-0x1.b691b2p-6f));
  near = tc_fma(near, square, tc_set(0x1.ce1c44p-4f));
  near = tc_fma(near, square, tc_set(-0x1.812700p-2f));
  near = tc_fma(near, square, tc_set(0x1.06eba8p-3f));
  near = tc_fma(near, x, x);
  tc_f32x16 far = tc_fma(tc_set(-0x1.220000p-16f), size, tc_set(0x1.91cfb2p-12f));
  const tc_f32x16 low = tc_fma(tc_set(-0x1.fd1438p-9f), size, tc_set(0x1.8d6342p-6f));
  far = tc_fma(far, square, low);
  far = tc_fma(far, size, tc_set(-0x1.b55cb8p-4f));
  far = tc_fma(far, size, tc_set(-0x1.450aa0p-1f));
  far = tc_fma(far, size, tc_set(-0x1.079d0cp-3f));
  far = tc_fma(far, size, -size);
  // From 4 on erf rounds to 1; below, the polynomial's powers cannot overflow.
  const tc_f32x16 one = tc_select(size > tc_set(4), tc_set(1), tc_set(1) - tc_exp(far));
  return tc_select(size > tc_set(0.927734375f), tc_copy_sign(one, x), near);
}

/// x / (1 + e^-x), within 3 ulp where the result is normal; Elfwing et al. 2018, eq. 6.
TC_INLINE tc_f32x16 tc_silu(tc_f32x16 x) { return x / (tc_set(1) + tc_exp(-x)); }

/// max(x, 0), exact; NaN stays.
TC_INLINE tc_f32x16 tc_relu(tc_f32x16 x) { return tc_select(x < tc_set(0), tc_set(0), x); }

/// max(x, 0)^2, correctly rounded; So et al. 2021, *Primer*, section 4.
TC_INLINE tc_f32x16 tc_relu_squared(tc_f32x16 x) { return tc_relu(x) * tc_relu(x); }

/// x / 2 (1 + erf(x / sqrt 2)), off by at most 2^-23 |x|; Hendrycks and Gimpel 2016, section 2.
TC_INLINE tc_f32x16 tc_gelu_erf(tc_f32x16 x) {
  const tc_f32x16 half = tc_set(0.5f) * x;
  return tc_fma(half, tc_erf(x * tc_set(0.70710678f)), half);
}

/// x / 2 (1 + tanh u), u = sqrt(2 / pi) (x + 0.044715 x^3), as x / (1 + e^-2u), off by at most 2^-22 |x|;
/// ibid.
TC_INLINE tc_f32x16 tc_gelu_tanh(tc_f32x16 x) {
  // 2u / x = 2 sqrt(2 / pi) (0.044715 x^2 + 1)
  const tc_f32x16 slope = tc_fma(tc_set(0.0713548163f) * x, x, tc_set(1.59576912f));
  return x / (tc_set(1) + tc_exp(-(x * slope)));
}

/// ln(1 + e^x) = max(x, 0) + 2 artanh s, s = z / (2 + z), z = e^-|x|, within 3 ulp; Dugas et al. 2001, eq. 4.
TC_INLINE tc_f32x16 tc_softplus(tc_f32x16 x) {
  const tc_f32x16 z = tc_exp(-tc_absolute(x)), s = z / (tc_set(2) + z), square = s * s;
  tc_f32x16 series = tc_set(1.0f / 15);
  series = tc_fma(series, square, tc_set(1.0f / 13));
  series = tc_fma(series, square, tc_set(1.0f / 11));
  series = tc_fma(series, square, tc_set(1.0f / 9));
  series = tc_fma(series, square, tc_set(1.0f / 7));
  series = tc_fma(series, square, tc_set(1.0f / 5));
  series = tc_fma(series, square, tc_set(1.0f / 3));
  series = tc_fma(series, square, tc_set(1));
  return tc_fma(s + s, series, tc_relu(x));
}

#endif
