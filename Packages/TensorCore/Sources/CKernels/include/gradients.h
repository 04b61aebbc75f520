// Backward kernels, and what optimisers do to parameters.
//
// Every variant gives the same bits (lanes.h). `g...` is the gradient of the loss by what follows the g.
// Errors are those of float32 sums in the stated order; tests compare with central differences in float64.
#ifndef TC_GRADIENTS_H
#define TC_GRADIENTS_H

#include "rows.h"
#include <stddef.h>

/// Per row of n >= 1, with g = gy * weight, h = (x - mean) r and r = 1 / sqrt(variance + epsilon):
///
///     gx = r (g - mean(g) - h mean(g h))        gweight += gy h        gbias += gy
///
/// gbias may be NULL. The root mean square norm has no mean: its h is x r, its gx has no mean(g), and it
/// ignores gbias. gweight and gbias take the rows in order.
typedef void tc_norm_backward_fn(const float *x, const float *weight, const float *gy, float *gx,
                                 float *gweight, float *gbias, size_t rows, size_t n, float epsilon);

/// gx[i] = gy[i] f'(x[i]) of an activation f. gx may be gy.
typedef void tc_activation_backward_fn(const float *x, const float *gy, float *gx, size_t n);

/// y = f(a) b: ga = gy b f'(a), gb = gy f(a).
typedef void tc_gate_backward_fn(const float *a, const float *b, const float *gy, float *ga, float *gb,
                                 size_t n);

/// sums[j] += column j of `rows` rows of n floats, `stride` apart, in the order of the rows.
typedef void tc_column_sums_fn(const float *x, size_t stride, size_t rows, float *sums, size_t n);

/// The causal attention of one sequence from its first position on, for the query heads that share one key
/// head. Row i sees the rows max(0, i - window + 1) ... i.
typedef struct tc_attention_gradient {
  const float *queries, *keys, *values; ///< first row; query heads of the group are neighbours
  float *gqueries, *gkeys, *gvalues;    ///< written
  size_t stride;                        ///< floats from row to row of all six
  const float *goutput;                 ///< as the queries
  size_t output_stride;
  size_t rows, group, width, window;
  float scale;
  float *scratch; ///< tc_attention_gradient_scratch floats, aligned to 64 bytes
} tc_attention_gradient;

/// Floats of scratch: weights of 64 rows at a time, never of all.
size_t tc_attention_gradient_scratch(size_t rows, size_t width);

/// Computes the weights again, then with P the weights and D = P o (gO V' - rowsum(P o gO V')) * scale:
/// gQ = D K, gK = D' Q, gV = P' gO. Dao et al. 2022, FlashAttention, appendix B.2.
typedef void tc_attention_backward_fn(const tc_attention_gradient *gradient);

/// x = softmax(x) - (1 at target): the gradient of log(sum(exp(x))) - x[target], which is returned, by x.
///
/// n >= 1. The result has the bits of tc_log_sum_exp_fn; the errors of x are those of tc_softmax_fn and one
/// rounding.
typedef double tc_cross_entropy_fn(float *x, size_t n, size_t target);

/// x[i] *= factor.
typedef void tc_scale_fn(float *x, float factor, size_t n);

/// The sum of x[i]^2 in float64: 16 strided partial sums, lanes added in order.
typedef double tc_sum_of_squares_fn(const float *x, size_t n);

/// The numbers of one update of Adam besides the tensors.
typedef struct tc_adam {
  float rate, beta1, beta2, epsilon, decay;
  float first_correction, second_correction; ///< 1 / (1 - beta^t)
} tc_adam;

/// With m = beta1 m + (1 - beta1) g and v = beta2 v + (1 - beta2) g^2:
/// x -= rate (m first_correction / (sqrt(v second_correction) + epsilon) + decay x).
/// Kingma and Ba 2014, algorithm 1; Loshchilov and Hutter 2017, algorithm 2.
typedef void tc_adam_fn(float *x, const float *g, float *m, float *v, const tc_adam *update, size_t n);

typedef struct tc_gradient_kernels {
  tc_norm_backward_fn *layer_norm, *rms_norm;
  tc_activation_backward_fn *gelu_tanh, *gelu_erf, *silu, *relu, *relu_squared;
  tc_gate_backward_fn *silu_gate, *gelu_tanh_gate, *gelu_erf_gate, *relu_gate, *relu_squared_gate;
  tc_column_sums_fn *column_sums;
  tc_attention_backward_fn *attention;
  tc_cross_entropy_fn *cross_entropy;
  tc_scale_fn *scale;
  tc_sum_of_squares_fn *sum_of_squares;
  tc_adam_fn *adam;
} tc_gradient_kernels;

TC_PROTOTYPES(extern const tc_gradient_kernels, tc_gradients)

#endif
