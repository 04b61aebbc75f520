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
  uint32_t *queries;  // [rows][padded] words of the operand type
  float *output;      // [rows][padded], not yet divided by the sums
  float *sums;        // [rows][16]
  float *most;        // [rows]: the largest score so far
  size_t rows, width, padded, group, first_position, window;
  float scale;
} state;

static const tc_i32x16 lane_numbers = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static inline size_t padded_width(size_t width) { return (width + 15) / 16 * 16; }

/// tc_exp where x <= 0 or NaN: the same numbers with fewer steps.
TC_INLINE tc_f32x16 exp_of_negative(tc_f32x16 x) { return tc_exp(x); }

/// Nearest bfloat16, ties to even, as a float32. A NaN whose payload is not all ones stays one.
TC_INLINE tc_f32x16 rounded_to_bfloat16(tc_f32x16 x) {
  const tc_u32x16 bits = (tc_u32x16)x;
  return (tc_f32x16)((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
}

static inline uint16_t bfloat16_of(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  if ((bits & 0x7FFFFFFF) > 0x7F800000) return (uint16_t)(bits >> 16 | 0x40);
  return (uint16_t)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}

/// The first position that a row sees.
TC_INLINE size_t first_seen(const state *s, size_t row) {
  const size_t position = s->first_position + row / s->group;
  return position >= s->window ? position - s->window + 1 : 0;
}

/// What a row sees of the 64 positions from `start` on.
TC_INLINE range seen(const state *s, size_t row, size_t start) {
  const size_t from = first_seen(s, row), to = s->first_position + row / s->group + 1;
  return (range){from <= start ? 0 : from - start < 64 ? from - start : 64,
                 to <= start ? 0 : to - start < 64 ? to - start : 64};
}

TC_INLINE state state_of(const tc_attention_block *block, int bfloat16) {
  state s = {.rows = block->rows * block->group,
             .width = block->width,
             .padded = padded_width(block->width),
             .group = block->group,
             .first_position = block->first_position,
             .window = block->window,
             .scale = block->scale};
  s.queries = block->scratch;
  s.output = (float *)(s.queries + s.rows * s.padded);
  s.sums = s.output + s.rows * s.padded;
  s.most = s.sums + s.rows * 16;
  memset(s.output, 0, s.rows * (s.padded + 16) * sizeof(float));
  for (size_t row = 0; row < s.rows; row++) {
    const float *query = block->queries + row / s.group * block->query_stride + row % s.group * s.width;
    uint32_t *words = s.queries + row * s.padded;
    s.most[row] = -INFINITY;
    if (!bfloat16) {
      memcpy(words, query, s.width * sizeof(float));
      continue;
    }
    for (size_t i = 0; i < s.width; i += 2)
      words[i / 2] = bfloat16_of(query[i]) | (i + 1 < s.width ? (uint32_t)bfloat16_of(query[i + 1]) << 16 : 0);
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
