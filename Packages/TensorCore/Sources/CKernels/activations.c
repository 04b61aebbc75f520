// Activations, gates and addition, element by element; the functions and their bounds are in vector_math.h.
#include "lanes.h"
#include "rows.h"
#include "vector_math.h"

#define MAP(NAME, EXPRESSION)                                                                                \
  TC_INLINE void NAME(const float *x, float *y, size_t n) {                                                  \
    size_t i = 0;                                                                                            \
    for (; i + 16 <= n; i += 16) {                                                                           \
      const tc_f32x16 v = tc_load(x + i);                                                                    \
      tc_store(y + i, EXPRESSION);                                                                           \
    }                                                                                                        \
    if (i < n) {                                                                                             \
      const tc_f32x16 v = tc_load_part(x + i, n - i, 0);                                                     \
      tc_store_part(y + i, n - i, EXPRESSION);                                                               \
    }                                                                                                        \
  }                                                                                                          \
  TC_VARIANTS(void, NAME, (const float *x, float *y, size_t n), (x, y, n))

#define ZIP(NAME, EXPRESSION)                                                                                \
  TC_INLINE void NAME(const float *a, const float *b, float *y, size_t n) {                                  \
    size_t i = 0;                                                                                            \
    for (; i + 16 <= n; i += 16) {                                                                           \
      const tc_f32x16 v = tc_load(a + i), w = tc_load(b + i);                                                \
      tc_store(y + i, EXPRESSION);                                                                           \
    }                                                                                                        \
    if (i < n) {                                                                                             \
      const tc_f32x16 v = tc_load_part(a + i, n - i, 0), w = tc_load_part(b + i, n - i, 0);                  \
      tc_store_part(y + i, n - i, EXPRESSION);                                                               \
    }                                                                                                        \
  }                                                                                                          \
  TC_VARIANTS(void, NAME, (const float *a, const float *b, float *y, size_t n), (a, b, y, n))

MAP(gelu_tanh, tc_gelu_tanh(v))
MAP(gelu_erf, tc_gelu_erf(v))
MAP(silu, tc_silu(v))
MAP(relu, tc_relu(v))
MAP(relu_squared, tc_relu_squared(v))
MAP(softplus, tc_softplus(v))
ZIP(silu_gate, tc_silu(v) * w)
ZIP(gelu_tanh_gate, tc_gelu_tanh(v) * w)
ZIP(gelu_erf_gate, tc_gelu_erf(v) * w)
ZIP(relu_gate, tc_relu(v) * w)
ZIP(relu_squared_gate, tc_relu_squared(v) * w)
ZIP(sigmoid_gate, w / (tc_set(1) + tc_exp(-v)))
ZIP(add, v + w)
ZIP(multiply, v *w)

TC_INLINE void softcap(const float *x, float *y, size_t n, float cap) {
  for (size_t i = 0; i < n; i += 16) tc_store_at(y, i, n, tc_softcap(tc_load_at(x, i, n, 0), cap));
}
TC_VARIANTS(void, softcap, (const float *x, float *y, size_t n, float cap), (x, y, n, cap))
