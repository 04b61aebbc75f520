// The body of one attention kernel: included once for each instruction set and operand type, with
//
//   NAME(x)                 x with the variant's suffix
//   TARGET                  the variant's attribute, or nothing
//   TILE                    vectors of 16 columns in a tile
//   UNIT                    elements of the inner axis (width, positions) in a word: 1 or 2
//   ACCUMULATE(sum, a, b)   sum plus the products of the word `a` with each word of the vector `b`
//
// TILE moves work between registers; no bit depends on it.

/// target[r][] = target[r][] * past[r] (or zero without `past`) + a[r] . b[, ] over `steps` words of the
/// inner axis, for 16 * `columns` columns. Rows and columns are constants where this is inlined: the sums
/// live in registers.
TC_INLINE void NAME(tile)(float *target, size_t target_stride, const float *past, const uint32_t *a,
                          size_t a_stride, const uint32_t *b, size_t b_stride, size_t steps,
                          const size_t rows, const size_t columns) {
  tc_f32x16 sums[ROWS][TILE];
#pragma clang loop unroll(full)
  for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (size_t c = 0; c < columns; c++)
      sums[r][c] = past ? tc_load(target + r * target_stride + 16 * c) * tc_set(past[r]) : tc_set(0);
#pragma clang loop unroll_count(2)
  for (size_t u = 0; u < steps; u++) {
    tc_u32x16 right[TILE];
#pragma clang loop unroll(full)
    for (size_t c = 0; c < columns; c++) memcpy(&right[c], b + u * b_stride + 16 * c, 64);
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) {
      const uint32_t left = a[r * a_stride + u];
#pragma clang loop unroll(full)
      for (size_t c = 0; c < columns; c++) ACCUMULATE(sums[r][c], left, right[c]);
    }
  }
#pragma clang loop unroll(full)
  for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (size_t c = 0; c < columns; c++) tc_store(target + r * target_stride + 16 * c, sums[r][c]);
}

/// The same for 16 * `vectors` columns, in tiles as wide as TILE allows.
TC_INLINE void NAME(tiles)(float *target, size_t target_stride, const float *past, const uint32_t *a,
                           size_t a_stride, const uint32_t *b, size_t b_stride, size_t steps,
                           const size_t rows, size_t vectors) {
#define COLUMNS(N)                                                                                           \
  for (; TILE >= N && vectors >= N; vectors -= N, target += 16 * N, b += 16 * N)                             \
    NAME(tile)(target, target_stride, past, a, a_stride, b, b_stride, steps, rows, N <= TILE ? N : 1);
  COLUMNS(4) COLUMNS(3) COLUMNS(2) COLUMNS(1)
#undef COLUMNS
}

/// weights = exp(scores * scale + shift), as operands, and their 16 strided sums.
TC_INLINE tc_f32x16 NAME(exponentials)(const float *scores, tc_f32x16 scale, tc_f32x16 shift,
                                       uint32_t *weights, const size_t vectors) {
  tc_f32x16 sum = tc_set(0);
  for (size_t v = 0; v < vectors; v++) {
    tc_f32x16 weight = exp_of_negative(tc_fma(tc_load(scores + 16 * v), scale, shift));
#if UNIT == 2
    const tc_u16x16 half = narrowed(weight);
    memcpy(weights + 8 * v, &half, sizeof half);
    weight = (tc_f32x16)(__builtin_convertvector(half, tc_u32x16) << 16);
#else
    memcpy(weights + 16 * v, &weight, sizeof weight);
#endif
    sum += weight;
  }
  return sum;
}

/// Scores to weights, relative to the row's largest score so far; the factor that the row's past must take.
///
/// `see[r]` are the positions of the page that row r sees; a row that sees none keeps its past.
TC_INLINE void NAME(weigh)(const state *s, size_t row, const range *see, float scores[ROWS][64],
                           uint32_t weights[ROWS][64 / UNIT], float past[16], const size_t rows) {
  tc_f32x16 drop = tc_set(0);
  for (size_t r = 0; r < rows; r++) {
    if (see[r].from >= see[r].to) continue;
    const size_t vectors = (see[r].to + 15) / 16;
    const int partial = see[r].from > 0 || see[r].to % 16 > 0;
    tc_f32x16 most = tc_set(s->most[row + r]);
    for (size_t v = 0; v < vectors; v++) {
      tc_f32x16 score = tc_load(&scores[r][16 * v]);
      if (partial) {
        const tc_i32x16 position = lane_numbers + (int32_t)(16 * v);
        const tc_i32x16 seen = (position >= (int32_t)see[r].from) & (position < (int32_t)see[r].to);
        score = tc_select(seen, score, tc_set(-INFINITY));
        tc_store(&scores[r][16 * v], score);
      }
      most = tc_max(score, most);
    }
    const float largest = tc_maximum(most);
    drop[r] = s->most[row + r] * s->scale - largest * s->scale;
    s->most[row + r] = largest;
  }
  tc_store(past, exp_of_negative(drop));
  for (size_t r = 0; r < rows; r++) {
    if (see[r].from >= see[r].to) continue;
    const size_t vectors = (see[r].to + 15) / 16;
    const tc_f32x16 shift = tc_set(-(s->most[row + r] * s->scale)), scale = tc_set(s->scale);
    const tc_f32x16 sum = vectors == 4 ? NAME(exponentials)(scores[r], scale, shift, weights[r], 4)
                                       : NAME(exponentials)(scores[r], scale, shift, weights[r], vectors);
    float *sums = s->sums + 16 * (row + r);
    tc_store(sums, tc_fma(tc_load(sums), tc_set(past[r]), sum));
  }
}

/// One row's output plus weights * values over the steps `from` ..< `to`, positions that it does not see left
/// out.
TC_INLINE void NAME(mix_row)(const state *s, float *output, const uint32_t *weights, const uint32_t *values,
                             range see, size_t from, size_t to) {
  for (size_t u = from; u < to; u++) {
    uint32_t live = 0xFFFFFFFF;
    if (UNIT == 2 && 2 * u < see.from) live &= 0xFFFF0000;
    if (UNIT == 2 && 2 * u + 1 >= see.to) live &= 0x0000FFFF;
    for (size_t i = 0; i < s->padded; i += 16) {
      tc_f32x16 sum = tc_load(output + i);
      tc_u32x16 value;
      memcpy(&value, values + u * s->padded + i, sizeof value);
      value &= live;
      ACCUMULATE(sum, weights[u], value);
      tc_store(output + i, sum);
    }
  }
}

/// output = output * past + weights . values, for `rows` rows. Positions that all rows see go through tiles,
/// the fringes before and after them row by row, so that nothing that a row does not see can touch it.
TC_INLINE void NAME(mix)(const state *s, size_t row, const range *see, uint32_t weights[ROWS][64 / UNIT],
                         float past[16], const uint32_t *values, const size_t rows) {
  // The last row begins last, the first ends first.
  size_t from = (see[rows - 1].from + UNIT - 1) / UNIT, to = see[0].to / UNIT;
  if (see[rows - 1].from >= see[rows - 1].to || from >= to) from = to = 64;
  float *output = s->output + row * s->padded;
  for (size_t r = 0; r < rows; r++) {
    const size_t first = see[r].from / UNIT, last = (see[r].to + UNIT - 1) / UNIT;
    if (first < from && first < last) {
      for (size_t i = 0; i < s->padded; i += 16)
        tc_store(output + r * s->padded + i, tc_load(output + r * s->padded + i) * tc_set(past[r]));
      past[r] = 1;
      NAME(mix_row)(s, output + r * s->padded, weights[r], values, see[r], first, from < last ? from : last);
    }
  }
  if (from == to) return;
  NAME(tiles)
  (output, s->padded, past, &weights[0][from], 64 / UNIT, values + from * s->padded, s->padded, to - from,
   rows, s->padded / 16);
  for (size_t r = 0; r < rows; r++)
    NAME(mix_row)(s, output + r * s->padded, weights[r], values, see[r], to, (see[r].to + UNIT - 1) / UNIT);
}

/// `rows` rows of the state, from `row` on, and one page.
TC_INLINE void NAME(visit)(const state *s, size_t row, size_t page, const uint32_t *keys, const size_t rows) {
  const size_t start = page * 64;
  range see[ROWS];
  for (size_t r = 0; r < rows; r++) see[r] = seen(s, row + r, start);
  // Rows are in the order of their positions, and so are the bounds of what they see.
  if (see[rows - 1].to == 0 || see[0].from >= 64) return;
  _Alignas(64) float scores[ROWS][64], past[16];
  _Alignas(64) uint32_t weights[ROWS][64 / UNIT];
  const size_t steps = (s->width + UNIT - 1) / UNIT;
  NAME(tiles)
  (scores[0], 64, NULL, s->queries + row * s->padded, s->padded, keys, 64, steps, rows,
   (see[rows - 1].to + 15) / 16);
  if (s->is_modified)
    for (size_t r = 0; r < rows; r++) modify_scores(s, row + r, start, scores[r], see[r].to);
  NAME(weigh)(s, row, see, scores, weights, past, rows);
  NAME(mix)(s, row, see, weights, past, keys + steps * 64, rows);
}

TARGET void NAME(tc_attend)(const tc_attention_block *block) {
  const state s = state_of(block, UNIT == 2);
  const size_t last = (block->first_position + block->rows - 1) / 64;
  for (size_t page = first_seen(&s, 0) / 64; page <= last; page++) {
    const uint32_t *keys = (const uint32_t *)((const char *)block->pages[page] + block->page_offset);
    for (size_t row = 0; row < s.rows;) {
      const size_t rows = s.rows - row < ROWS ? s.rows - row : ROWS;
      switch (rows) { // a constant in each case, so that sums stay in registers
      case 1:
        NAME(visit)(&s, row, page, keys, 1);
        break;
      case 2:
        NAME(visit)(&s, row, page, keys, 2);
        break;
      case 3:
        NAME(visit)(&s, row, page, keys, 3);
        break;
      case 4:
        NAME(visit)(&s, row, page, keys, 4);
        break;
      case 5:
        NAME(visit)(&s, row, page, keys, 5);
        break;
      default:
        NAME(visit)(&s, row, page, keys, 6);
        break;
      }
      row += rows;
    }
  }
  finish(block, &s);
}

#undef NAME
#undef TARGET
#undef TILE
#undef UNIT
#undef ACCUMULATE
