// What follows a tile's sums: bias, activation or gate, residual.
#include "finish.h"
#include "vector_math.h"

// `activation` is a constant in each call, so that its choice is made outside the loops.
TC_INLINE tc_f32x16 activate(tc_f32x16 x, const tc_activation activation) {
  switch (activation) {
  case TC_ACTIVATION_GELU_TANH:
    return tc_gelu_tanh(x);
  case TC_ACTIVATION_GELU_ERF:
    return tc_gelu_erf(x);
  case TC_ACTIVATION_SILU:
    return tc_silu(x);
  case TC_ACTIVATION_RELU:
    return tc_relu(x);
  case TC_ACTIVATION_RELU_SQUARED:
    return tc_relu_squared(x);
  default:
    return x;
  }
}

TC_INLINE tc_f32x16 load_live(const float *p, size_t live) {
  return live >= 16 ? tc_load(p) : tc_load_part(p, live, 0);
}

TC_INLINE void finish_with(const float *tile, size_t rows, const tc_finish *finish,
                           const tc_activation activation) {
  for (size_t r = 0; r < rows; r++, tile += TC_PANEL)
    for (size_t c = 0; c < finish->columns; c += 16) {
      const size_t live = finish->columns - c, at = r * finish->stride + c;
      tc_f32x16 y = tc_load(tile + c);
      if (finish->bias) y = y + load_live(finish->bias + c, live);
      y = activate(y, activation);
      if (finish->gated) y = y * tc_load(tile + c + TC_PANEL / 2);
      if (finish->residual) y = y + load_live(finish->residual + at, live);
      if (live >= 16) {
        tc_store(finish->y + at, y);
      } else {
        tc_store_part(finish->y + at, live, y);
      }
    }
}

TC_INLINE void finish(const float *tile, size_t rows, const tc_finish *finish) {
  switch (finish->activation) {
  case TC_ACTIVATION_GELU_TANH:
    finish_with(tile, rows, finish, TC_ACTIVATION_GELU_TANH);
    break;
  case TC_ACTIVATION_GELU_ERF:
    finish_with(tile, rows, finish, TC_ACTIVATION_GELU_ERF);
    break;
  case TC_ACTIVATION_SILU:
    finish_with(tile, rows, finish, TC_ACTIVATION_SILU);
    break;
  case TC_ACTIVATION_RELU:
    finish_with(tile, rows, finish, TC_ACTIVATION_RELU);
    break;
  case TC_ACTIVATION_RELU_SQUARED:
    finish_with(tile, rows, finish, TC_ACTIVATION_RELU_SQUARED);
    break;
  default:
    finish_with(tile, rows, finish, TC_ACTIVATION_NONE);
    break;
  }
}

TC_VARIANTS(void, finish, (const float *tile, size_t rows, const tc_finish *with), (tile, rows, with))
