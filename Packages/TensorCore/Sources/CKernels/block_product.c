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
static void decode(const tc_product_kernels *kernels, const tc_packed *weight, const char *panel, bool widens,
                   size_t strip, size_t count, float *weights) {
  const size_t pairs = count * TC_STRIP / 2, first = strip * TC_STRIP / 2;
  if (!weight->blocks) {
    kernels->widen_pairs(panel + first * TC_PANEL * 4, weights,
                         tc_least(pairs, tc_packed_units(weight) - first));
    return;
  }
  kernels->decode_strips(weight->format, panel, strip, count, weights);
  if (weight->operand == TC_OPERAND_BFLOAT16)
    (widens ? kernels->round_weights : kernels->pair_weights)(weights, pairs);
}

// What all rows are multiplied with: some units of a panel.
typedef struct part {
  const void *weights;
  size_t units;
  bool pairs, adds;
  const char *next; // what the next part is made of, and is fetched meanwhile
  size_t next_lines;
} part;

static void multiply_part(const tc_product_kernels *kernels, tc_row_units rows, size_t row_count,
                          const part *part, float *sums, const tc_tile_end *end) {
  if (kernels->multiply) {
    kernels->multiply((const float *)rows.first, rows.stride, row_count, part->weights, part->units,
                      part->adds, sums);
    return;
  }
  tc_tile_fn *tile = part->pairs ? kernels->tile_bf16 : kernels->tile_f32;
  const size_t tiles = tc_ceiling(row_count, TC_TILE_ROWS);
  for (size_t i = 0; i < tiles; i++) {
    const size_t row = tc_part(row_count, i, tiles), count = tc_part(row_count, i + 1, tiles) - row;
    const size_t line = tc_part(part->next_lines, i, tiles);
    float *to = sums + row * TC_PANEL;
    tc_tile_end own = {.y = to, .stride = TC_PANEL};
    if (end) {
      own = *end;
      own.y += row * own.stride;
      if (own.residual) own.residual += row * own.stride;
    }
    tile(tc_row(rows, row), rows.stride, count, part->weights, part->units, part->adds ? to : NULL,
         part->next + 64 * line, tc_part(part->next_lines, i + 1, tiles) - line, &own);
  }
}

static size_t strip_bytes(const tc_packed *weight) {
  if (!weight->blocks) return TC_STRIP / 2 * TC_PANEL * 4;
  const tc_block_layout *layout = tc_block_layout_of(weight->format);
  return layout->bytes * TC_STRIP / layout->elements;
}

static void multiply_floats(const tc_product_kernels *kernels, const tc_packed *weight, const char *panel,
                            tc_row_units rows, size_t row_count, float *sums, const tc_tile_end *end) {
  alignas(64) float weights[float_strips * TC_STRIP * TC_PANEL];
  const bool rounds = weight->operand == TC_OPERAND_BFLOAT16, pairs = rounds && !rows.widens;
  if (!weight->blocks && !rows.widens) { // panels are operands already
    const part whole = {.weights = panel, .units = tc_packed_units(weight), .pairs = pairs};
    multiply_part(kernels, rows, row_count, &whole, sums, end);
    return;
  }
  const size_t inner = rounds ? tc_ceiling(weight->inner, 2) * 2 : weight->inner; // half of a pair is zero
  const size_t most = float_strips * TC_STRIP, bytes = strip_bytes(weight);
  for (size_t first = 0; first < inner || first == 0; first += most) {
    const size_t count = tc_least(most, inner - first), strip = first / TC_STRIP;
    decode(kernels, weight, panel, rows.widens, strip, tc_ceiling(count, TC_STRIP), weights);
    const part next = {
        .weights = weights,
        .units = pairs ? count / 2 : count,
        .pairs = pairs,
        .adds = first > 0,
        .next = panel + (strip + float_strips) * bytes,
        .next_lines = row_count > TC_TILE_ROWS ? float_strips * bytes / 64 : 0,
    };
    tc_row_units from = rows;
    from.first += 4 * first;
    multiply_part(kernels, from, row_count, &next, sums, first + most < inner ? NULL : end);
  }
}

static void multiply_integers(const tc_product_kernels *kernels, const tc_packed *weight, const char *panel,
                              tc_row_units rows, size_t row_count, float *sums) {
  alignas(64) char elements[integer_bytes];
  alignas(64) float scales[most_strips * 2 * TC_PANEL], offsets[most_strips * 2 * TC_PANEL];
  const tc_block_layout *layout = tc_block_layout_of(weight->format);
  const tc_integer_form form = tc_integer_kind_of(weight, kernels->dots, rows.widens).form;
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
                         tc_row_units rows, size_t row_count, float *sums, const tc_tile_end *end) {
  const char *start = (const char *)weight->panels + panel * tc_panel_bytes(weight);
  if (tc_has_integers(weight))
    multiply_integers(kernels, weight, start, rows, row_count, sums);
  else
    multiply_floats(kernels, weight, start, rows, row_count, sums, end);
}
