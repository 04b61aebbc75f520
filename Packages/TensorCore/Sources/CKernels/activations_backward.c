// Derivatives of the activations and of the gates made of them, from the functions of vector_math.h.
#include "gradients.h"
#include "vector_math.h"

TC_INLINE tc_f32x16 sigmoid(tc_f32x16 x) { return tc_set(1) / (tc_set(1) + tc_exp(-x)); }

/// With s = sigmoid(x): s + x s (1 - s).
TC_INLINE tc_f32x16 silu_slope(tc_f32x16 x) {
  const tc_f32x16 s = sigmoid(x);
  return tc_fma(x * s, tc_set(1) - s, s);
}

/// gelu(x) = x s(t), t = x (a x^2 + b): s + x s (1 - s) (3 a x^2 + b).
///
/// Beyond 100 it is 0 or 1, and x^2 would overflow where 1 - s is zero.
TC_INLINE tc_f32x16 gelu_tanh_slope(tc_f32x16 x) {
  x = tc_select(tc_absolute(x) > tc_set(100), tc_copy_sign(tc_set(100), x), x);
  const tc_f32x16 square = tc_set(0.0713548163f) * x * x;
  const tc_f32x16 s = sigmoid(x * (square + tc_set(1.59576912f)));
  const tc_f32x16 bend = x * s * (tc_set(1) - s) * tc_fma(tc_set(3), square, tc_set(1.59576912f));
  return s + bend;
}

/// (1 + erf(x / sqrt 2)) / 2 + x exp(-x^2 / 2) / sqrt(2 pi).
TC_INLINE tc_f32x16 gelu_erf_slope(tc_f32x16 x) {
  const tc_f32x16 share = tc_fma(tc_set(0.5f), tc_erf(x * tc_set(0.70710678f)), tc_set(0.5f));
  return tc_fma(x * tc_set(0.39894228f), tc_exp(tc_set(-0.5f) * x * x), share);
}

/// 1 above zero, else 0; the derivative of relu, taken as 0 at 0.
TC_INLINE tc_f32x16 relu_slope(tc_f32x16 x) { return tc_select(x > tc_set(0), tc_set(1), tc_set(0)); }

TC_INLINE tc_f32x16 relu_squared_slope(tc_f32x16 x) { return tc_set(2) * tc_relu(x); }

#define ACTIVATION(NAME, SLOPE)                                                                              \
  TC_INLINE void NAME(const float *x, const float *gy, float *gx, size_t n) {                                \
    for (size_t i = 0; i < n; i += 16)                                                                       \
      tc_store_at(gx, i, n, tc_load_at(gy, i, n, 0) * SLOPE(tc_load_at(x, i, n, 0)));                        \
  }                                                                                                          \
  TC_VARIANTS(void, NAME, (const float *x, const float *gy, float *gx, size_t n), (x, gy, gx, n))

ACTIVATION(gelu_tanh_backward, gelu_tanh_slope)
ACTIVATION(gelu_erf_backward, gelu_erf_slope)
ACTIVATION(silu_backward, silu_slope)
ACTIVATION(relu_backward, relu_slope)
ACTIVATION(relu_squared_backward, relu_squared_slope)

#define GATE(NAME, VALUE, SLOPE)                                                                             \
  TC_INLINE void NAME(const float *a, const float *b, const float *gy, float *ga, float *gb, size_t n) {     \
    for (size_t i = 0; i < n; i += 16) {                                                                     \
      const tc_f32x16 gate = tc_load_at(a, i, n, 0), up = tc_load_at(b, i, n, 0);                            \
      const tc_f32x16 g = tc_load_at(gy, i, n, 0);                                                           \
      tc_store_at(ga, i, n, g *up *SLOPE(gate));                                                             \
      tc_store_at(gb, i, n, g *VALUE(gate));                                                                 \
    }                                                                                                        \
  }                                                                                                          \
  TC_VARIANTS(void, NAME, (const float *a, const float *b, const float *gy, float *ga, float *gb, size_t n), \
              (a, b, gy, ga, gb, n))

GATE(silu_gate_backward, tc_silu, silu_slope)
GATE(gelu_tanh_gate_backward, tc_gelu_tanh, gelu_tanh_slope)
GATE(gelu_erf_gate_backward, tc_gelu_erf, gelu_erf_slope)
GATE(relu_gate_backward, tc_relu, relu_slope)
GATE(relu_squared_gate_backward, tc_relu_squared, relu_squared_slope)
