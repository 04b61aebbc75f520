// What the variants of attention share: the state of a block in work. attention_body.h is the kernel.
#ifndef TC_ATTENTION_STATE_H
#define TC_ATTENTION_STATE_H

#include "attention.h"
#include "lanes.h"
#include "vector_math.h"
#include <math.h>

/// Query rows that a tile takes at once.
#define ROWS 6

typedef struct {
  size_t from, to;
} range;

/// A block in work. Row i is head i % group of position first_position + i / group.
typedef struct {
  uint32_t *queries; // [rows][padded] words of the operand type
  float *output;     // [rows][padded], not yet divided by the sums
  float *sums;       // [rows][16]
  float *most;       // [rows]: the largest score so far, before the scale
  size_t rows, width, padded, group, first_position, window, chunk;
  float scale; // of what `most` and scores hold
  // What scores become first, unless they are only scaled: `inner` is then the scale, and `scale` 1.
  int is_modified;
  float inner, softcap;
  const float *bias;
  size_t bias_stride;
} state;

static const tc_i32x16 lane_numbers = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static inline size_t padded_width(size_t width) { return (width + 15) / 16 * 16; }

/// tc_exp where x is at most about 0, or NaN: the same numbers with fewer steps.
TC_INLINE tc_f32x16 exp_of_negative(tc_f32x16 x) {
  return tc_select(x < tc_set(-87.33f), tc_set(0), tc_exp_in_range(x));
}

/// Nearest bfloat16, ties to even, of numbers and of NaN whose payload is not all ones.
TC_INLINE tc_u16x16 narrowed(tc_f32x16 x) {
  const tc_u32x16 bits = (tc_u32x16)x;
  return __builtin_convertvector((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16, tc_u16x16);
}

/// The `n` numbers of a row in bfloat16, and zeros up to a multiple of 16 of them.
TC_INLINE void narrow_row(const float *x, size_t n, uint16_t *y) {
  for (size_t i = 0; i < n; i += 16) {
    const tc_f32x16 v = n - i < 16 ? tc_load_part(x + i, n - i, 0) : tc_load(x + i);
    // Quiet first, with a payload that rounding cannot carry into the exponent.
    const tc_u16x16 half =
        narrowed(tc_select(v != v, (tc_f32x16)(((tc_i32x16)v & (int32_t)0xFFFF0000) | 0x400000), v));
    memcpy(y + i, &half, sizeof half);
  }
}

/// The first position that a row sees.
TC_INLINE size_t first_seen(const state *s, size_t row) {
  const size_t position = s->first_position + row / s->group;
  const size_t near = position >= s->window ? position - s->window + 1 : 0;
  const size_t own = position - position % s->chunk;
  return near > own ? near : own;
}

/// What a row sees of the 64 positions from `start` on.
TC_INLINE range seen(const state *s, size_t row, size_t start) {
  const size_t from = first_seen(s, row), to = s->first_position + row / s->group + 1;
  return (range){from <= start       ? 0
                 : from - start < 64 ? from - start
                                     : 64,
                 to <= start       ? 0
                 : to - start < 64 ? to - start
                                   : 64};
}

/// Scores of one row in the page at `start` to what the softmax takes: scaled, capped, with their bias.
TC_INLINE void modify_scores(const state *s, size_t row, size_t start, float scores[64], size_t to) {
  const float *bias = s->bias ? s->bias + row % s->group * s->bias_stride : NULL;
  const tc_f32x16 own = tc_set(bias ? bias[s->first_position + row / s->group] : 0);
  for (size_t i = 0; i < to; i += 16) {
    tc_f32x16 score = tc_load(scores + i) * tc_set(s->inner);
    if (s->softcap != 0) score = tc_softcap(score, s->softcap);
    if (bias) score = score + (tc_load(bias + start + i) - own);
    tc_store(scores + i, score);
  }
}

TC_INLINE state state_of(const tc_attention_block *block, int bfloat16) {
  state s = {.rows = block->rows * block->group,
             .width = block->width,
             .padded = padded_width(block->width),
             .group = block->group,
             .first_position = block->first_position,
             .window = block->window,
             .chunk = block->chunk,
             .scale = block->scale,
             .is_modified = block->softcap != 0 || block->bias != NULL,
             .inner = block->scale,
             .softcap = block->softcap,
             .bias = block->bias,
             .bias_stride = block->bias_stride};
  if (s.is_modified) s.scale = 1;
  s.queries = block->scratch;
  s.output = (float *)(s.queries + s.rows * s.padded);
  s.sums = s.output + s.rows * s.padded;
  s.most = s.sums + s.rows * 16;
  memset(s.output, 0, s.rows * (s.padded + 16) * sizeof(float));
  for (size_t row = 0; row < s.rows; row++) {
    const float *query = block->queries + row / s.group * block->query_stride + row % s.group * s.width;
    uint32_t *words = s.queries + row * s.padded;
    s.most[row] = -INFINITY;
    if (block->sinks) { // as a position that was seen before all others, without a value
      s.most[row] = block->sinks[row % s.group] / s.scale;
      s.sums[16 * row] = 1;
    }
    if (bfloat16)
      narrow_row(query, s.width, (uint16_t *)words);
    else
      memcpy(words, query, s.width * sizeof(float));
  }
  return s;
}

TC_INLINE void finish(const tc_attention_block *block, const state *s) {
  for (size_t row = 0; row < s->rows; row++) {
    float *output = block->output + row / s->group * block->output_stride + row % s->group * s->width;
    const float *mixed = s->output + row * s->padded;
    const tc_f32x16 sum = tc_set(tc_sum(tc_load(s->sums + 16 * row)));
    size_t i = 0;
    for (; i + 16 <= s->width; i += 16) tc_store(output + i, tc_load(mixed + i) / sum);
    if (i < s->width) tc_store_part(output + i, s->width - i, tc_load(mixed + i) / sum);
  }
}

/// A word in all lanes.
#define BROADCAST(WORD) ((tc_f32x16)((tc_u32x16){0} + (WORD)))

#endif
