// Operations on rows: norms, activations, softmax, rotation, conversions, random numbers.
//
// Every variant gives the same bits (lanes.h). Reductions are 16 strided partial sums, element i in sum i mod
// 16, and a fixed tree, lanes 8 apart, then 4, 2, 1. Pointers to float are aligned to 4 bytes, untyped ones
// not at all. Sizes may be zero unless stated. u is 2^-24, half a unit in the last place of 1.
#ifndef TC_ROWS_H
#define TC_ROWS_H

#include "isas.h"
#include <stddef.h>
#include <stdint.h>

/// Floating types that conversions read and write.
typedef enum tc_float_type {
  TC_FLOAT32,
  TC_BFLOAT16,
  TC_FLOAT16,
  TC_FLOAT64,
  TC_FLOAT_TYPE_COUNT
} tc_float_type;

/// y[i] = x[i] in another type: nearest, ties to even, once; overflow to infinity; subnormals kept; a NaN
/// stays a NaN, made quiet, with its sign and the leading bits of its payload. The same type is a copy. x and
/// y do not overlap.
typedef void tc_convert_fn(const void *x, tc_float_type from, void *y, tc_float_type to, size_t n);

/// Per row of x [rows, n], n >= 1: y = (x - mean) / sqrt(variance + epsilon) * weight + bias, two passes,
/// variance divided by n. bias may be NULL. y may be x.
///
/// With r = 1 / sqrt(variance + epsilon) and k = n / 16 + 8, off by at most
/// u * (k * mean|x| * r * |weight| + (k / 2 + 4) * |y - bias| + |y|) from exact arithmetic, to first order.
typedef void tc_layer_norm_fn(const float *x, const float *weight, const float *bias, float *y, size_t rows,
                              size_t n, float epsilon);

/// Per row of n >= 1: y = x / sqrt(mean of x^2 + epsilon) * weight. Rows of x and y are `stride` floats
/// apart. y may be x. Within (n / 32 + 7) u relative of exact arithmetic, to first order.
typedef void tc_rms_norm_fn(const float *x, size_t x_stride, const float *weight, float *y, size_t y_stride,
                            size_t rows, size_t n, float epsilon);

/// y[i] = f(x[i]). y may be x. Bounds stand beside each function in activations.c.
typedef void tc_map_fn(const float *x, float *y, size_t n);

/// y[i] = cap * tanh(x[i] / cap), cap positive. y may be x. Bounds as above.
typedef void tc_softcap_fn(const float *x, float *y, size_t n, float cap);

/// y[i] = f(a[i], b[i]). y may be a or b.
typedef void tc_zip_fn(const float *a, const float *b, float *y, size_t n);

/// Per row of n >= 1: y = exp(x - max) / sum. y may be x. A row of all -inf gives NaN.
/// Relative error at most (|x - max| + n / 16 + 8) u, to first order.
typedef void tc_softmax_fn(const float *x, float *y, size_t rows, size_t n);

/// log(sum(exp(x))) of n >= 1 elements, the sum of exp(x - max) in float32, the rest in float64.
/// Off by at most (n / 16 + 8 + the mean of |x - max| under softmax) u.
typedef double tc_log_sum_exp_fn(const float *x, size_t n);

/// Two rows of logits held against each other: a reference (0) and a candidate (1).
typedef struct tc_divergence {
  double divergence;     ///< Kullback-Leibler, of the candidate from the reference, in nats
  double log_sum_exp[2]; ///< of each row
  float largest[2];      ///< logit
  int32_t argmax[2];     ///< its index, the lowest of equals
} tc_divergence;

/// With a and b two rows of n >= 1 logits, P and Q their softmax:
///
///     divergence = sum of P (ln P - ln Q) = sum of P (a - b) + log_sum_exp(b) - log_sum_exp(a)
///
/// in one pass over panels of 64: lanes of their largest element, the sums of exp(a - largest), exp(a -
/// largest) (a - b) and exp(b - largest), rescaled where a largest element grows; all in float64. With e = (n
/// / 16 + 32) 2^-52 the divergence is off by at most e (2 + the sum of P |a - b| + |largest a| + |largest b|)
/// from exact arithmetic on the same logits, log_sum_exp by e + |itself| 2^-52. A logit that is NaN or
/// infinite makes the divergence NaN or infinite.
typedef tc_divergence tc_divergence_fn(const float *reference, const float *candidate, size_t n);

/// Rotates `heads` neighbouring heads of one row in place: pairs (a, b) become (a c - b s, a s + b c), with
/// cosines c and sines s of `pairs` angles. Half-split pairs are (i, i + pairs), interleaved (2 i, 2 i + 1);
/// what a head has beyond 2 * pairs elements stays. Within 2 u * (|a| + |b|) of exact arithmetic on the given
/// c and s.
typedef void tc_rotate_fn(float *x, const float *cosines, const float *sines, size_t heads, size_t head_width,
                          size_t pairs, int interleaved);

/// bits[i] = both words of threefry2x32(key, counter first + i), combined by exclusive or.
typedef void tc_random_bits_fn(const uint32_t key[2], uint64_t first, uint32_t *bits, size_t n);

/// y[i] = u_i < keep ? x[i] / keep : 0, u_i the uniform number in [0, 1) of bits i as above. y may be x.
typedef void tc_dropout_fn(const float *x, const uint32_t key[2], uint64_t first, float keep, float *y,
                           size_t n);

/// y[c][r] = x[r][c], r < rows, c < columns; rows of x and of y are `stride` floats apart. Any alignment; no
/// overlap.
typedef void tc_transpose_fn(const float *x, size_t x_stride, size_t rows, size_t columns, float *y,
                             size_t y_stride);

/// The first i < n for which x[i] is infinite or NaN, else n. One variant: plain C, which compilers
/// vectorise.
size_t tc_first_non_finite(const void *x, tc_float_type type, size_t n);

typedef struct tc_row_kernels {
  tc_convert_fn *convert;
  tc_layer_norm_fn *layer_norm;
  tc_rms_norm_fn *rms_norm;
  tc_map_fn *gelu_tanh, *gelu_erf, *silu, *relu, *relu_squared, *softplus;
  tc_softcap_fn *softcap;
  tc_zip_fn *silu_gate, *gelu_tanh_gate, *gelu_erf_gate, *relu_gate, *relu_squared_gate, *sigmoid_gate, *add,
      *multiply;
  tc_softmax_fn *softmax;
  tc_log_sum_exp_fn *log_sum_exp;
  tc_divergence_fn *divergence;
  tc_rotate_fn *rotate;
  tc_random_bits_fn *random_bits;
  tc_dropout_fn *dropout;
  tc_transpose_fn *transpose;
} tc_row_kernels;

TC_PROTOTYPES(extern const tc_row_kernels, tc_rows)

#endif
