// The tables of backward kernels.
#include "gradients.h"

#define TABLE(ISA, ...)                                                                                      \
  tc_norm_backward_fn tc_layer_norm_backward__##ISA, tc_rms_norm_backward__##ISA;                            \
  tc_activation_backward_fn tc_gelu_tanh_backward__##ISA, tc_gelu_erf_backward__##ISA,                       \
      tc_silu_backward__##ISA, tc_relu_backward__##ISA, tc_relu_squared_backward__##ISA;                     \
  tc_gate_backward_fn tc_silu_gate_backward__##ISA, tc_gelu_tanh_gate_backward__##ISA,                       \
      tc_gelu_erf_gate_backward__##ISA, tc_relu_gate_backward__##ISA, tc_relu_squared_gate_backward__##ISA;  \
  tc_column_sums_fn tc_column_sums__##ISA;                                                                   \
  tc_attention_backward_fn tc_attention_backward__##ISA;                                                     \
  tc_cross_entropy_fn tc_cross_entropy__##ISA;                                                               \
  tc_scale_fn tc_scale__##ISA;                                                                               \
  tc_sum_of_squares_fn tc_sum_of_squares__##ISA;                                                             \
  tc_adam_fn tc_adam__##ISA;                                                                                 \
  const tc_gradient_kernels tc_gradients__##ISA = {                                                          \
      .layer_norm = tc_layer_norm_backward__##ISA,                                                           \
      .rms_norm = tc_rms_norm_backward__##ISA,                                                               \
      .gelu_tanh = tc_gelu_tanh_backward__##ISA,                                                             \
      .gelu_erf = tc_gelu_erf_backward__##ISA,                                                               \
      .silu = tc_silu_backward__##ISA,                                                                       \
      .relu = tc_relu_backward__##ISA,                                                                       \
      .relu_squared = tc_relu_squared_backward__##ISA,                                                       \
      .silu_gate = tc_silu_gate_backward__##ISA,                                                             \
      .gelu_tanh_gate = tc_gelu_tanh_gate_backward__##ISA,                                                   \
      .gelu_erf_gate = tc_gelu_erf_gate_backward__##ISA,                                                     \
      .relu_gate = tc_relu_gate_backward__##ISA,                                                             \
      .relu_squared_gate = tc_relu_squared_gate_backward__##ISA,                                             \
      .column_sums = tc_column_sums__##ISA,                                                                  \
      .attention = tc_attention_backward__##ISA,                                                             \
      .cross_entropy = tc_cross_entropy__##ISA,                                                              \
      .scale = tc_scale__##ISA,                                                                              \
      .sum_of_squares = tc_sum_of_squares__##ISA,                                                            \
      .adam = tc_adam__##ISA,                                                                                \
  };

TC_BASES(TABLE)
