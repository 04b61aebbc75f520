// Products of rows with a frozen weight, and the scores of a vocabulary.
//
// The order of arithmetic is part of the definition. Every output is one chain of fused multiply-adds over
// the inner dimension, from zero, in order, whatever the number of rows: SIMD lanes run across outputs. So a
// row's bits depend on that row and the weight only, and every variant gives the same ones.
//
// With bfloat16 operands a step takes inner elements 2i and 2i + 1: acc = fma(x[2i+1], w[2i+1], acc), then
// acc = fma(x[2i], w[2i], acc). VDPBF16PS does the same, but that it takes subnormal operands for zero and
// returns zero for subnormal results, so no variant has it.
#ifndef TC_PRODUCTS_H
#define TC_PRODUCTS_H

#include "block_panels.h"
#include "rows.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  TC_PANEL = 64,    ///< Outputs of one panel of a packed weight.
  TC_TILE_ROWS = 6, ///< The most rows that one call of a tile kernel takes.
};

/// What the operands of a product are rounded to. Sums are float32.
///
/// With TC_OPERAND_INT16 and _INT8 rows are integers with a scale for each strip, and weights are blocks:
/// block_panels.h.
typedef enum tc_operand {
  TC_OPERAND_FLOAT32,
  TC_OPERAND_BFLOAT16,
  TC_OPERAND_INT16,
  TC_OPERAND_INT8
} tc_operand;

/// Applied to each output, after the bias; see vector_math.h for bounds.
typedef enum tc_activation {
  TC_ACTIVATION_NONE,
  TC_ACTIVATION_GELU_TANH,
  TC_ACTIVATION_GELU_ERF,
  TC_ACTIVATION_SILU,
  TC_ACTIVATION_RELU,
  TC_ACTIVATION_RELU_SQUARED
} tc_activation;

/// A weight [outputs, inner] in panels of 64 outputs, one layout for all instruction sets.
///
/// Units are 4 bytes: one float32, or two neighbouring inner elements in bfloat16, the lower in the lower
/// half. Panel p holds unit u of output 64p + c at [(p * units + u) * 64 + c]; what lies beyond outputs or
/// inner is zero. `gated`: outputs counts both halves; each panel has 32 gate columns and then the 32 up
/// columns that go with them.
///
/// `blocks`: panels hold the blocks of a file instead, as block_panels.h says, and strips of them become
/// units when they are multiplied with.
typedef struct tc_packed {
  const void *panels; ///< 64-byte aligned.
  size_t outputs, inner;
  tc_operand operand;
  bool gated;
  bool blocks;
  tc_block_format format; ///< Of blocks.
} tc_packed;

/// Whether rows are integers when they are multiplied with this weight.
static inline bool tc_has_integers(const tc_packed *w) {
  return w->operand == TC_OPERAND_INT16 || w->operand == TC_OPERAND_INT8;
}

/// Instructions that add products to a sum of 32 bits: of bytes, so that codes of 8 bits stay bytes, and of
/// words, so that codes are widened for many rows of 16 bits.
typedef enum tc_dots { TC_NO_DOTS, TC_DOTS_OF_BYTES, TC_DOTS_OF_BYTES_AND_WORDS } tc_dots;

/// What they are like: the same integers everywhere. `widens`: codes are widened to 16 bits for these rows.
static inline tc_integer_kind tc_integer_kind_of(const tc_packed *w, tc_dots dots, bool widens) {
  const tc_block_layout *layout = tc_block_layout_of(w->format);
  const bool is_long = w->operand == TC_OPERAND_INT16;
  return (tc_integer_kind){
      .form = widens || (layout->largest >= 64 && dots == TC_NO_DOTS) ? TC_FORM_WORDS
              : is_long                                               ? TC_FORM_PLANES
                                                                      : TC_FORM_BYTES,
      .limit = is_long ? TC_LIMIT_INT16 : TC_LIMIT_INT8,
      .group = layout->group,
      .zero = layout->zero,
  };
}

/// 4-byte units of a row, at most, and of a panel that holds no blocks.
static inline size_t tc_packed_units(const tc_packed *w) {
  if (tc_has_integers(w)) return tc_integer_row_units(w->inner, tc_integer_kind_of(w, TC_NO_DOTS, false));
  return w->operand == TC_OPERAND_FLOAT32 ? w->inner : (w->inner + 1) / 2;
}
static inline size_t tc_packed_panels(const tc_packed *w) {
  const size_t half = w->outputs / 2;
  return w->gated ? (half + TC_PANEL / 2 - 1) / (TC_PANEL / 2) : (w->outputs + TC_PANEL - 1) / TC_PANEL;
}
/// Bytes of one panel.
static inline size_t tc_panel_bytes(const tc_packed *w) {
  if (!w->blocks) return tc_packed_units(w) * TC_PANEL * 4;
  const tc_block_layout *layout = tc_block_layout_of(w->format);
  return w->inner / layout->elements * layout->bytes;
}
/// Bytes at `panels`.
static inline size_t tc_packed_bytes(const tc_packed *w) { return tc_packed_panels(w) * tc_panel_bytes(w); }

/// Where a weight comes from: decodes `count` rows from `first` to float32, `width` elements each, densely.
/// Called from many threads at once.
typedef void tc_weight_reader(void *context, size_t first, size_t count, float *rows);

/// One of the weights that are packed side by side along the outputs.
typedef struct tc_weight_source {
  tc_weight_reader *read;
  void *context;
  size_t outputs;
} tc_weight_source;

/// A weight in memory, as the context of tc_read_memory. Any alignment.
typedef struct tc_memory_weight {
  const void *elements;
  size_t width;
  tc_float_type type;
  size_t element_bytes;
  tc_convert_fn *convert;
  tc_transpose_fn *transpose;
} tc_memory_weight;
void tc_read_memory(void *context, size_t first, size_t count, float *rows);

/// Memory for panels, 64-byte aligned and on huge pages where the system has them; NULL if there is none.
void *tc_panels_allocate(size_t bytes);
void tc_panels_free(void *panels);

/// Packs `sources`, whose outputs add up to w->outputs, into `panels` (tc_packed_bytes), on the thread pool.
///
/// `outputs_outermost`: a source's rows are outputs, of w->inner elements each (PyTorch); else they are
/// inner, of as many elements as the source has outputs (Flax). bfloat16 operands are rounded to nearest
/// even. Returns false if memory for a few rows cannot be had.
bool tc_pack(const tc_packed *w, void *panels, const tc_weight_source *sources, size_t source_count,
             bool outputs_outermost);

/// Packs blocks: `sources`, whose outputs add up to w->outputs, into `panels` (tc_packed_bytes), on the
/// thread pool. Nothing is lost, and bytes of any contents are taken.
void tc_pack_blocks(const tc_packed *w, void *panels, const tc_block_source *sources);

/// Where a tile's results go, and what is added on the way: y = sums + bias + residual, in this order.
typedef struct tc_tile_end {
  float *y;              ///< Of the tile's first row and output.
  size_t stride;         ///< Of y and residual, in floats.
  const float *bias;     ///< [64], of the panel's first output, or NULL.
  const float *residual; ///< Of the tile's first row and output, or NULL; may be y.
  bool far;              ///< y and residual are in no near cache: fetch them while the sums are made.
  bool streamed;         ///< Past the caches: y is 64-byte aligned, stride a multiple of 16.
} tc_tile_end;

/// y[r][c] = (start ? start[r][c] : 0) + sum of x[r][u] * panel[u][c], u in order, and what `end` adds;
/// c < 64, r < rows <= 6.
///
/// x: rows of units, `stride` floats apart, in bfloat16 two numbers for a unit of the panel, as
/// tc_widen_rows_fn makes them; panel: [units, 64]; start: [rows, 64] or NULL, may be y. 64 bytes
/// at `prefetch` + 64 i are fetched into the second-level cache, i < prefetch_lines; that never faults.
typedef void tc_tile_fn(const void *x, size_t stride, size_t rows, const void *panel, size_t units,
                        const float *start, const char *prefetch, size_t prefetch_lines,
                        const tc_tile_end *end);

/// Rows of x [rows][columns], `stride` floats apart, as what the tile kernel reads: x[u][6] for every six
/// columns, or the panel of 64 columns at most, with zeros for those that there are not.
typedef void tc_transpose_rows_fn(const float *x, size_t stride, size_t rows, size_t columns, float *y);

/// Sums of one row in the 16 outputs whose units start at `panel`, a step of 64 apart: as the tile kernel,
/// bit for bit.
typedef void tc_lanes_fn(const void *x, const void *panel, size_t units, float *sums);

/// bfloat16 as float32: a step of a pair is two of float32, first the upper element and then the lower, so
/// that rows and weights whose neighbours have changed places give the sums of pairs, bit for bit. Rows
/// always are such numbers.
///
/// Weights [2 units][64] rounded to bfloat16, in place: to pairs [units][64], or to float32 numbers whose
/// neighbours have changed places.
typedef void tc_weights_in_place_fn(float *weights, size_t units);

/// Rows of float32 to such numbers, `stride` floats apart at y, whole vectors of 16.
typedef void tc_widen_rows_fn(const float *x, size_t rows, size_t inner, void *y, size_t stride);

/// Pairs [units][64] to such numbers [2 units][64].
typedef void tc_widen_pairs_fn(const void *pairs, float *weights, size_t units);

/// A product of float32 that a library computes, adding in an order of its own: what the tile kernels are, of
/// any number of rows.
///
/// sums[r][c] = (adds ? sums[r][c] : 0) + sum of x[r][u] * weights[u][c], u < units, c < 64. x: rows of
/// floats, `stride` apart; weights: [units][64]; sums: [rows][64].
typedef void tc_multiply_fn(const float *x, size_t stride, size_t rows, const float *weights, size_t units,
                            bool adds, float *sums);

/// What follows the sums: y = f(tile + bias) + residual, or f(gate) * up + residual.
typedef struct tc_finish {
  const float *bias;     ///< Of the panel's first output, or NULL.
  const float *residual; ///< Of the tile's first row and output, or NULL; may be y.
  float *y;
  size_t stride;  ///< Of y and residual, in floats.
  size_t columns; ///< Live outputs of this panel: 1 to 64, gated 1 to 32.
  tc_activation activation;
  bool gated;
} tc_finish;
typedef void tc_finish_fn(const float *tile, size_t rows, const tc_finish *finish);

/// A row's running score over the columns seen so far: lane l has the ids that are l modulo 16.
typedef struct tc_score_lanes {
  float largest[16];
  float sum[16];  ///< Of exp(logit - largest).
  int32_t id[16]; ///< The first id that reached `largest`.
} tc_score_lanes;

/// A finished span of columns of one row.
typedef struct tc_score_part {
  float largest, sum;
  int32_t id;
} tc_score_part;

/// Folds `columns` <= 64 logits of one row, ids from `first`, a multiple of 64, into `lanes`; caps and stores
/// them back into `logits` on the way: cap * tanh(logit / cap), unless cap is 0.
typedef void tc_score_fold_fn(float *logits, size_t columns, int32_t first, float cap, tc_score_lanes *lanes);

/// The lanes' total: the largest logit, its lowest id, and the sum by the fixed tree.
typedef tc_score_part tc_score_total_fn(const tc_score_lanes *lanes);

/// The sum over a row's spans, `stride` apart and at least one, relative to the largest logit, in order;
/// and that logit with its lowest id in `best`.
typedef double tc_score_join_fn(const tc_score_part *parts, size_t stride, size_t count, tc_score_part *best);

/// One logit capped as in a fold, bit for bit.
typedef float tc_score_capped_fn(float logit, float cap);

/// How many of 64 capped logits, ids from `first`, come before the target's: larger, or equal with a lower
/// id.
typedef int32_t tc_score_above_fn(const float *logits, int32_t first, float target_logit, int32_t target);

/// One of a row's largest logits; id -1 where there are fewer.
typedef struct tc_top {
  float logit;
  int32_t id;
} tc_top;

/// Puts those of 64 capped logits, ids from `first`, that belong among the `count` largest so far into `top`,
/// which falls; equal logits stand in the order of their ids. Neither NaN nor minus infinity belongs.
typedef void tc_score_top_fn(const float *logits, int32_t first, tc_top *top, size_t count);

typedef struct tc_product_kernels {
  tc_tile_fn *tile_f32, *tile_bf16;
  /// float32, of rows that lie as columns: x[u][6], whatever `rows` is. Fetches 256 bytes each of rows that
  /// are `stride` floats apart.
  tc_tile_fn *tile_transposed;
  tc_transpose_rows_fn *transpose_tiles, *transpose_panel;
  tc_lanes_fn *lanes_f32, *lanes_bf16;
  tc_weights_in_place_fn *pair_weights, *round_weights;
  tc_widen_pairs_fn *widen_pairs;
  tc_widen_rows_fn *widen_rows;
  bool widens;              ///< Many rows of bfloat16 are multiplied with panels that are widened first.
  tc_multiply_fn *multiply; ///< A library's, in place of tiles; NULL where products are ours.
  tc_decode_strips_fn *decode_strips;
  tc_expand_strips_fn *expand_strips;
  tc_quantize_rows_fn *quantize_rows;
  tc_dots dots; ///< Of `integer_tile`.
  tc_integer_tile_fn *integer_tile;
  tc_finish_fn *finish;
  tc_score_fold_fn *score_fold;
  tc_score_total_fn *score_total;
  tc_score_join_fn *score_join;
  tc_score_capped_fn *score_capped;
  tc_score_above_fn *score_above;
  tc_score_top_fn *score_top;
} tc_product_kernels;

#define TC_PRODUCT_TABLE(ISA, ...) extern const tc_product_kernels tc_products__##ISA;
TC_ISAS(TC_PRODUCT_TABLE)
#undef TC_PRODUCT_TABLE

/// result = activation(rows * weight + bias) + residual, or activation(gate) * up + residual where weight is
/// gated.
typedef struct tc_linear {
  const tc_packed *weight;
  const float *rows; ///< [row_count, inner]
  size_t row_count;
  const float *bias;     ///< [outputs] or NULL; NULL where gated.
  const float *residual; ///< As result, or NULL; may be `result` itself.
  float *result;         ///< [row_count, outputs], half as wide where gated.
  size_t stride;         ///< Floats from row to row of result and residual.
  void *scratch;         ///< tc_linear_scratch bytes, 64-byte aligned.
  tc_activation activation;
} tc_linear;

/// Bytes of scratch memory; 0 for float32 operands.
size_t tc_linear_scratch(const tc_packed *weight, size_t row_count);
/// Runs on the thread pool.
void tc_linear_run(const tc_product_kernels *kernels, const tc_linear *product);

/// How far the sums of one panel are from those of a library, as a share of what both may be off, and the
/// largest that a sum of magnitudes can be.
///
/// Any order of additions is within inner * 2^-24 * sum |x w| of exact arithmetic on the operands, and that
/// sum is at most |x| |w|, the lengths of a row and of an output's weights: so two are within `share` 1 of
/// 2 * inner * 2^-24 * |x| |w|. NaN on one side only is a share of infinity.
typedef struct tc_panel_distance {
  float share, magnitude;
} tc_panel_distance;

/// Bytes of scratch memory for a comparison.
size_t tc_compare_scratch(const tc_packed *weight, size_t row_count);

/// Compares the sums of each panel, `panels` [tc_packed_panels], of a weight whose operands are float32 or
/// bfloat16. `library` has a `multiply`. Runs on the thread pool.
void tc_compare_products(const tc_product_kernels *ours, const tc_product_kernels *library,
                         const tc_packed *weight, const float *rows, size_t row_count, void *scratch,
                         tc_panel_distance *panels);

enum { TC_MOST_TOP = 1024 };

/// Scores of rows over a vocabulary whose logits, rows * weight + bias, are never stored.
///
/// Sums of exponentials are 16 strided partial sums over each 1024 columns and a fixed tree, in float32;
/// those of the spans are added in order, in float64. Targets of row r are ids target_offsets[r] ..<
/// target_offsets[r + 1].
typedef struct tc_score {
  const tc_packed *weight; ///< Not gated.
  const float *rows;       ///< [row_count, inner]
  size_t row_count;
  const int32_t *target_offsets; ///< [row_count + 1]
  const int32_t *targets;
  const float *bias; ///< Of each output, to a multiple of 64; NULL for none.
  float softcap;     ///< 0 for none.
  float *log_sum_exp;
  int32_t *argmax; ///< The lowest id on ties.
  float *argmax_logit;
  float *target_logits;
  float *target_log_probabilities; ///< logit - log_sum_exp, the subtraction in float64.
  int32_t *target_ranks;           ///< Ids with a larger logit, or an equal one and a lower id; or NULL.
  tc_top *top;                     ///< [row_count, top_count], falling.
  size_t top_count;                ///< At most TC_MOST_TOP; 0 for none.
  void *scratch;                   ///< tc_score_scratch bytes, 64-byte aligned.
} tc_score;

/// Bytes of scratch memory, below 32 MB unless one row alone wants more.
size_t tc_score_scratch(const tc_score *score);
/// Runs on the thread pool.
void tc_score_run(const tc_product_kernels *kernels, const tc_score *score);

#endif
