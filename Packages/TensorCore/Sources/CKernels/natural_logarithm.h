// log x in float64 from additions, products and divisions alone, so that it is the same number on every
// machine: the C library's differs between its own variants.
#ifndef TC_NATURAL_LOGARITHM_H
#define TC_NATURAL_LOGARITHM_H

#include <math.h>

#pragma STDC FP_CONTRACT OFF

/// log x for x >= 0, absolute error below 4e-16 (1 + |log x|); -infinity at 0, NaN below and for NaN.
///
/// x = m 2^e with m in [sqrt(1/2), sqrt 2); log m = 2 artanh s, s = (m - 1) / (m + 1), |s| < 0.1716.
static inline double tc_log(double x) {
  if (!(x > 0) || isinf(x)) return x == 0 ? -INFINITY : x > 0 ? x : NAN;
  int exponent;
  double m = frexp(x, &exponent);
  if (m < 0.70710678118654752) {
    m *= 2;
    exponent -= 1;
  }
  const double s = (m - 1) / (m + 1), square = s * s;
  double series = 0;
  for (int n = 21; n >= 3; n -= 2) series = (series + 1.0 / n) * square;
  return exponent * 0.69314718055994531 + 2 * (s + s * series);
}

#endif
