// The tables of row operations.
#include "rows.h"

#define TABLE(ISA, ...)                                                                                      \
  tc_convert_fn tc_convert__##ISA;                                                                           \
  tc_layer_norm_fn tc_layer_norm__##ISA;                                                                     \
  tc_rms_norm_fn tc_rms_norm__##ISA;                                                                         \
  tc_map_fn tc_gelu_tanh__##ISA, tc_gelu_erf__##ISA, tc_silu__##ISA, tc_relu__##ISA, tc_relu_squared__##ISA, \
      tc_softplus__##ISA;                                                                                    \
  tc_softcap_fn tc_softcap__##ISA;                                                                           \
  tc_zip_fn tc_silu_gate__##ISA, tc_gelu_tanh_gate__##ISA, tc_gelu_erf_gate__##ISA, tc_relu_gate__##ISA,     \
      tc_relu_squared_gate__##ISA, tc_sigmoid_gate__##ISA, tc_add__##ISA, tc_multiply__##ISA;                \
  tc_softmax_fn tc_softmax__##ISA;                                                                           \
  tc_log_sum_exp_fn tc_log_sum_exp__##ISA;                                                                   \
  tc_divergence_fn tc_divergence__##ISA;                                                                     \
  tc_rotate_fn tc_rotate__##ISA;                                                                             \
  tc_random_bits_fn tc_random_bits__##ISA;                                                                   \
  tc_dropout_fn tc_dropout__##ISA;                                                                           \
  tc_transpose_fn tc_transpose__##ISA;                                                                       \
  const tc_row_kernels tc_rows__##ISA = {                                                                    \
      .convert = tc_convert__##ISA,                                                                          \
      .layer_norm = tc_layer_norm__##ISA,                                                                    \
      .rms_norm = tc_rms_norm__##ISA,                                                                        \
      .gelu_tanh = tc_gelu_tanh__##ISA,                                                                      \
      .gelu_erf = tc_gelu_erf__##ISA,                                                                        \
      .silu = tc_silu__##ISA,                                                                                \
      .relu = tc_relu__##ISA,                                                                                \
      .relu_squared = tc_relu_squared__##ISA,                                                                \
      .softplus = tc_softplus__##ISA,                                                                        \
      .softcap = tc_softcap__##ISA,                                                                          \
      .silu_gate = tc_silu_gate__##ISA,                                                                      \
      .gelu_tanh_gate = tc_gelu_tanh_gate__##ISA,                                                            \
      .gelu_erf_gate = tc_gelu_erf_gate__##ISA,                                                              \
      .relu_gate = tc_relu_gate__##ISA,                                                                      \
      .relu_squared_gate = tc_relu_squared_gate__##ISA,                                                      \
      .sigmoid_gate = tc_sigmoid_gate__##ISA,                                                                \
      .multiply = tc_multiply__##ISA,                                                                        \
      .add = tc_add__##ISA,                                                                                  \
      .softmax = tc_softmax__##ISA,                                                                          \
      .log_sum_exp = tc_log_sum_exp__##ISA,                                                                  \
      .divergence = tc_divergence__##ISA,                                                                    \
      .rotate = tc_rotate__##ISA,                                                                            \
      .random_bits = tc_random_bits__##ISA,                                                                  \
      .dropout = tc_dropout__##ISA,                                                                          \
      .transpose = tc_transpose__##ISA,                                                                      \
  };

TC_BASES(TABLE)
