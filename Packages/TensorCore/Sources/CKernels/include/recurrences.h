// Layers that carry a state from position to position: causal convolutions, selective scans, the gated delta
// rule. One step after the other, so that a state has the same bits wherever a run of positions is cut.
#ifndef TC_RECURRENCES_H
#define TC_RECURRENCES_H

#include "isas.h"
#include <stddef.h>

/// Positions of one sequence, each channel by itself over the last `taps` rows:
///
///     y[t][c] = bias[c] + sum over k of weight[k][c] rows[t + k][c]
///
/// Within (taps + 1) u (|bias| + sum of |weight row|). Gu and Dao 2023, *Mamba*, section 3.4.
typedef struct tc_convolution {
  const float *const *rows; ///< count + taps - 1 of them, oldest first, NULL for one before the first
  size_t count, taps, channels;
  const float *weight; ///< [taps, channels]
  const float *bias;   ///< [channels], or NULL
  float *output;       ///< [count, channels]
} tc_convolution;
typedef void tc_convolve_fn(const tc_convolution *convolution);

/// Positions of one unit of a selective scan: channels that share B and C.
///
/// With x, dt, B and C at offsets of each row, and for each channel c and n < states,
///
///     state[n][c] = exp(dt[c] decay[n][c]) state[n][c] + dt[c] x[c] B[n]
///     y[c]        = skip[c] x[c] + sum over n of state[n][c] C[n]
///
/// Gu and Dao 2023, *Mamba*, algorithm 2; Dao and Gu 2024, *Transformers are SSMs*, section 6.
typedef struct tc_scan {
  const float *rows;
  size_t row_stride; ///< floats from row to row
  size_t count;      ///< of rows
  size_t x, dt, b, c;
  size_t channels;    ///< at least 1
  size_t states;      ///< at least 1
  const float *decay; ///< [states, channels], or one number for all
  int is_shared;      ///< one dt and one decay for all channels
  const float *skip;  ///< [channels]
  float *state;       ///< [states, channels], before and after
  float *output;      ///< first row, or NULL where the state alone is wanted
  size_t output_stride;
} tc_scan;
typedef void tc_scan_fn(const tc_scan *scan);

/// Positions of one head of the gated delta rule, with q, k, v, g and beta at offsets of each row:
///
///     state  = exp(g) state
///     state += k (beta (v - state' k))'
///     y      = state' q
///
/// Yang, Kautz and Hatamizadeh 2024, *Gated Delta Networks*, eq. 10.
typedef struct tc_delta_rule {
  const float *rows;
  size_t row_stride, count;
  size_t q, k, v, g, beta;
  size_t keys, values; ///< widths of k and v, at least 1
  float *state;        ///< [keys, values], before and after
  float *output;       ///< first row, or NULL where the state alone is wanted
  size_t output_stride;
} tc_delta_rule;
typedef void tc_delta_rule_fn(const tc_delta_rule *rule);

typedef struct tc_recurrence_kernels {
  tc_convolve_fn *convolve;
  tc_scan_fn *scan;
  tc_delta_rule_fn *delta_rule;
} tc_recurrence_kernels;

TC_PROTOTYPES(extern const tc_recurrence_kernels, tc_recurrences)

#endif
