// Products with panels that are not operands yet, blocks or pairs that are widened: a few strips of a panel
// become operands in the first-level cache, and all rows are multiplied with them. Sums wait in between as
// the float32 they are, so their order is that of the whole panel. And products by a library, panel by panel.
#include "block_product.h"
#include <stdalign.h>

enum {
  float_strips = 4,         // 32 KB of float32 weights
  integer_bytes = 16 << 10, // of 16-bit elements, or of codes
  most_strips = integer_bytes / TC_STRIP / TC_PANEL,
  few_strips = 2, // for the rows of one tile: memory is read while others are multiplied
};

// Strips of a panel as the tile kernel reads them: float32 numbers, or pairs of bfloat16.
static void decode(const tc_product_kernels *kernels, const tc_packed *weight, const char *panel,
                   bool widened, size_t strip, size_t count, float *weights) {
  const size_t pairs = count * TC_STRIP / 2, first = strip * TC_STRIP / 2;
  if (!weight->blocks) {
    kernels->widen_pairs(panel + first * TC_PANEL * 4, weights,
                         tc_least(pairs, tc_packed_units(weight) - first));
    return;
  }
  kernels->decode_strips(weight->format, panel, strip, count, weights);
  if (weight->operand == TC_OPERAND_BFLOAT16)
    (widened ? kernels->round_weights : kernels->pair_weights)(weights, pairs);
}

// All rows by `units` of weights, after those that are in `sums` where `at` > 0 of them went before.
static void multiply_units(const tc_product_kernels *kernels, tc_row_units rows, size_t at, size_t row_count,
                           bool pairs, const void *weights, size_t units, float *sums) {
  const char *x = rows.first + 4 * at;
  if (kernels->multiply) {
    kernels->multiply((const float *)x, rows.stride, row_count, weights, units, at > 0, sums);
    return;
  }
  for (size_t row = 0; row < row_count; row += TC_TILE_ROWS) {
    float *to = sums + row * TC_PANEL;
    (pairs ? kernels->tile_bf16 : kernels->tile_f32)(
        x + 4 * row * rows.stride, rows.stride, tc_least(TC_TILE_ROWS, row_count - row), weights, units,
        at > 0 ? to : NULL, NULL, 0, &(tc_tile_end){.y = to, .stride = TC_PANEL});
  }
}

static void multiply_floats(const tc_product_kernels *kernels, const tc_packed *weight, const char *panel,
                            tc_row_units rows, size_t row_count, float *sums) {
  alignas(64) float weights[float_strips * TC_STRIP * TC_PANEL];
  const bool rounds = weight->operand == TC_OPERAND_BFLOAT16, pairs = rounds && !rows.widened;
  if (!weight->blocks && !rows.widened) { // panels are operands already
    multiply_units(kernels, rows, 0, row_count, pairs, panel, tc_packed_units(weight), sums);
    return;
  }
  const size_t inner = rounds ? tc_ceiling(weight->inner, 2) * 2 : weight->inner; // half of a pair is zero
  for (size_t first = 0; first < inner || first == 0; first += float_strips * TC_STRIP) {
    const size_t count = tc_least(float_strips * TC_STRIP, inner - first), units = pairs ? count / 2 : count;
    decode(kernels, weight, panel, rows.widened, first / TC_STRIP, tc_ceiling(count, TC_STRIP), weights);
    multiply_units(kernels, rows, pairs ? first / 2 : first, row_count, pairs, weights, units, sums);
  }
}

static void multiply_integers(const tc_product_kernels *kernels, const tc_packed *weight, const char *panel,
                              tc_row_units rows, size_t row_count, float *sums) {
  alignas(64) char elements[integer_bytes];
  alignas(64) float scales[most_strips * 2 * TC_PANEL], offsets[most_strips * 2 * TC_PANEL];
  const tc_block_layout *layout = tc_block_layout_of(weight->format);
  const tc_integer_form form = tc_integer_kind_of(weight, kernels->dots).form;
  const bool few = row_count <= TC_TILE_ROWS && layout->group == TC_STRIP;
  const size_t strips = weight->inner / TC_STRIP, most = few                     ? few_strips
                                                         : form == TC_FORM_WORDS ? most_strips / 2
                                                                                 : most_strips;
  memset(sums, 0, row_count * TC_PANEL * sizeof *sums);
  for (size_t strip = 0; strip < strips; strip += most) {
    const tc_strips part = {
        .elements = elements,
        .scales = scales,
        .offsets = layout->has_offset ? offsets : NULL,
        .count = tc_least(most, strips - strip),
        .group = layout->group,
        .form = form,
        .largest = layout->largest,
        .zero = layout->zero,
    };
    kernels->expand_strips(weight->format, panel, strip, part.count, form == TC_FORM_WORDS, elements, scales,
                           offsets);
    for (size_t row = 0; row < row_count; row += TC_TILE_ROWS)
      kernels->integer_tile(tc_row(rows, row), rows.stride, weight->inner,
                            tc_least(TC_TILE_ROWS, row_count - row), &part, strip, sums + row * TC_PANEL);
  }
}

void tc_multiply_decoded(const tc_product_kernels *kernels, const tc_packed *weight, size_t panel,
                         tc_row_units rows, size_t row_count, float *sums) {
  const char *start = (const char *)weight->panels + panel * tc_panel_bytes(weight);
  (tc_has_integers(weight) ? multiply_integers : multiply_floats)(kernels, weight, start, rows, row_count,
                                                                  sums);
}
