// Backward of causal attention, Dao et al. 2022, appendix B.2, in blocks of 64 query rows and all keys that
// they see.
#include "gradients.h"
#include "transpose.h"
#include "vector_math.h"

enum { BLOCK = 64 };

TC_INLINE size_t rounded(size_t n) { return (n + 15) / 16 * 16; }

// Whole cache lines, and an odd number of them, so that a column of them does not fight for the same sets of
// the cache.
TC_INLINE size_t scratch_stride(size_t rows) { return (rounded(rows) / 16 | 1) * 16; }

size_t tc_attention_gradient_scratch(size_t rows, size_t width) {
  return 2 * (width + BLOCK) * scratch_stride(rows);
}

/// A few rows and 16 * vectors columns of C (+)= A B; the last vector has `last` columns.
TC_INLINE void tile(size_t m, size_t vectors, size_t last, size_t k, const float *a, size_t a_row, size_t a_k,
                    const float *b, size_t b_stride, float *c, size_t c_stride, int adds) {
  tc_f32x16 sums[4][4];
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < vectors; j++) {
      const float *from = c + i * c_stride + 16 * j;
      const size_t n = j + 1 == vectors ? last : 16;
      sums[i][j] = !adds ? tc_set(0) : n == 16 ? tc_load(from) : tc_load_part(from, n, 0);
    }
  for (size_t p = 0; p < k; p++, a += a_k, b += b_stride)
    for (size_t j = 0; j < vectors; j++) {
      const size_t n = j + 1 == vectors ? last : 16;
      const tc_f32x16 right = n == 16 ? tc_load(b + 16 * j) : tc_load_part(b + 16 * j, n, 0);
      for (size_t i = 0; i < m; i++) sums[i][j] = tc_fma(tc_set(a[i * a_row]), right, sums[i][j]);
    }
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < vectors; j++) {
      float *to = c + i * c_stride + 16 * j;
      if (j + 1 < vectors || last == 16)
        tc_store(to, sums[i][j]);
      else
        tc_store_part(to, last, sums[i][j]);
    }
}

/// C[m][n] (+)= A B, element (i, p) of A at a[i * a_row + p * a_k]; each element one chain over p in order.
TC_INLINE void product(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_k, const float *b,
                       size_t b_stride, float *c, size_t c_stride, int adds) {
  for (size_t j = 0; j < n;) {
    const size_t left = n - j, columns = left >= 64 ? 64 : left >= 32 ? 32 : left >= 16 ? 16 : left;
    for (size_t i = 0; i < m;) {
      const size_t rows = m - i >= 4 ? 4 : 1;
      const float *from = a + i * a_row;
      float *to = c + i * c_stride + j;
      if (rows == 4 && columns == 64)
        tile(4, 4, 16, k, from, a_row, a_k, b + j, b_stride, to, c_stride, adds);
      else if (columns == 64)
        tile(1, 4, 16, k, from, a_row, a_k, b + j, b_stride, to, c_stride, adds);
      else if (rows == 4 && columns == 32)
        tile(4, 2, 16, k, from, a_row, a_k, b + j, b_stride, to, c_stride, adds);
      else if (columns == 32)
        tile(1, 2, 16, k, from, a_row, a_k, b + j, b_stride, to, c_stride, adds);
      else if (rows == 4 && columns == 16)
        tile(4, 1, 16, k, from, a_row, a_k, b + j, b_stride, to, c_stride, adds);
      else if (rows == 4)
        tile(4, 1, columns, k, from, a_row, a_k, b + j, b_stride, to, c_stride, adds);
      else
        tile(1, 1, columns, k, from, a_row, a_k, b + j, b_stride, to, c_stride, adds);
      i += rows;
    }
    j += columns;
  }
}

/// y[n][stride] = the transpose of x, with zeros beyond `rows`.
TC_INLINE void transpose(const float *x, size_t x_stride, size_t rows, size_t n, float *y, size_t stride) {
  tc_transpose_into(x, x_stride, rows, n, y, stride);
  for (size_t i = 0; i < n; i++) memset(y + i * stride + rows, 0, (stride - rows) * sizeof *y);
}

/// Scores to weights, and gradients of weights to gradients of scores, in columns first ... end of which
/// `low` ... `high` are seen. All columns are multiples of 16 but low and high.
TC_INLINE void weigh(float *weights, float *gradients, size_t first, size_t end, size_t low, size_t high,
                     float scale) {
  const tc_i32x16 lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const tc_f32x16 hidden = tc_set(-__builtin_inff()), factor = tc_set(scale);
  tc_f32x16 largest = hidden;
  for (size_t j = first; j < end; j += 16) {
    const tc_i32x16 column = lanes + (int32_t)j;
    const tc_i32x16 seen = (column >= (int32_t)low) & (column <= (int32_t)high);
    const tc_f32x16 score = tc_select(seen, tc_load(weights + j) * factor, hidden);
    tc_store(weights + j, score);
    largest = tc_max(score, largest);
  }
  const tc_f32x16 shift = tc_set(tc_maximum(largest));
  tc_f32x16 sums = tc_set(0);
  for (size_t j = first; j < end; j += 16) {
    const tc_f32x16 e = tc_exp(tc_load(weights + j) - shift);
    tc_store(weights + j, e);
    sums += e;
  }
  const tc_f32x16 share = tc_set(1 / tc_sum(sums));
  tc_f32x16 means = tc_set(0);
  for (size_t j = first; j < end; j += 16) {
    const tc_f32x16 weight = tc_load(weights + j) * share;
    tc_store(weights + j, weight);
    means = tc_fma(weight, tc_load(gradients + j), means);
  }
  const tc_f32x16 mean = tc_set(tc_sum(means));
  for (size_t j = first; j < end; j += 16)
    tc_store(gradients + j, tc_load(weights + j) * factor * (tc_load(gradients + j) - mean));
}

/// Prefetches all rows at once: transposing them block by block would wait for each.
TC_INLINE void bring_near(const float *x, size_t stride, size_t rows, size_t width) {
  for (size_t row = 0; row < rows; row++)
    for (size_t i = 0; i < width; i += 16) __builtin_prefetch(x + row * stride + i);
}

/// The gradients of rows first ..< end of keys or values, of which those from `written` on have been written
/// before.
TC_INLINE void add_rows(size_t first, size_t written, size_t end, size_t width, size_t count,
                        const float *weights, size_t padded, const float *rows, size_t row_stride,
                        float *sums, size_t stride) {
  const size_t fresh = written < first ? first : written < end ? written : end;
  product(fresh - first, width, count, weights + first, 1, padded, rows, row_stride, sums + first * stride,
          stride, 0);
  product(end - fresh, width, count, weights + fresh, 1, padded, rows, row_stride, sums + fresh * stride,
          stride, 1);
}

// Blocks from the last row to the first: the last sees most keys, so that few of their gradients need a zero
// to begin with.
TC_INLINE void attention_backward(const tc_attention_gradient *t) {
  const size_t width = t->width, stride = t->stride, padded = scratch_stride(t->rows);
  float *keys = t->scratch, *values = keys + width * padded;
  float *weights = values + width * padded, *gradients = weights + BLOCK * padded;
  bring_near(t->keys, stride, t->rows, width);
  bring_near(t->values, stride, t->rows, width);
  transpose(t->keys, stride, t->rows, width, keys, padded);
  transpose(t->values, stride, t->rows, width, values, padded);
  size_t written = t->rows;
  for (size_t head = 0; head < t->group; head++)
    for (size_t seen = t->rows; seen > 0;) {
      const size_t row = (seen - 1) / BLOCK * BLOCK, count = seen - row;
      const size_t low = row + 1 > t->window ? row + 1 - t->window : 0;
      const size_t first = low / 16 * 16, end = rounded(seen);
      const float *queries = t->queries + row * stride + head * width;
      const float *goutput = t->goutput + row * t->output_stride + head * width;
      product(count, end - first, width, queries, stride, 1, keys + first, padded, weights + first, padded,
              0);
      product(count, end - first, width, goutput, t->output_stride, 1, values + first, padded,
              gradients + first, padded, 0);
      for (size_t i = 0; i < count; i++) {
        const size_t position = row + i;
        const size_t lowest = position + 1 > t->window ? position + 1 - t->window : 0;
        weigh(weights + i * padded, gradients + i * padded, first, end, lowest, position, t->scale);
      }
      product(count, width, seen - first, gradients + first, padded, 1, t->keys + first * stride, stride,
              t->gqueries + row * stride + head * width, stride, 0);
      add_rows(first, written, seen, width, count, gradients, padded, queries, stride, t->gkeys, stride);
      add_rows(first, written, seen, width, count, weights, padded, goutput, t->output_stride, t->gvalues,
               stride);
      if (first < written) written = first;
      seen = row;
    }
}

TC_VARIANTS(void, attention_backward, (const tc_attention_gradient *gradient), (gradient))
