// Attention of query rows to keys and values that lie in pages.
//
// A page holds 64 neighbouring positions, cut at absolute multiples of 64. For one layer and key head it is a
// block of 32-bit words: first the keys, transposed, so that lanes run across keys; then the values. P is the
// width rounded up to 16.
//
//     float32    keys [width][64]            values [64][P]
//     bfloat16   keys [(width + 1) / 2][64]  values [32][P]
//
// In float32 a word is a number. In bfloat16 it is two neighbours along the inner axis, the first in the low
// half: of the width in keys, of positions in values.
//
// A row's arithmetic is the same whatever else is computed with it: scores are chains of multiply-adds over
// the width in order; per page the largest score, exp, and 16 strided sums; the output one chain over the
// positions in order, scaled between pages (online softmax: Milakov and Gimelshein 2018, algorithm 3). Masked
// positions take no part.
#ifndef TC_ATTENTION_H
#define TC_ATTENTION_H

#include "isas.h"
#include <stddef.h>
#include <stdint.h>

#define TC_PAGE_POSITIONS 64

/// A block of neighbouring rows of one segment, and the query heads that share one key head.
typedef struct tc_attention_block {
  const float *queries; ///< first row, first head of the group; heads are neighbours
  size_t query_stride;  ///< floats from row to row
  float *output;        ///< as the queries
  size_t output_stride;
  size_t rows;              ///< at least 1
  size_t group;             ///< query heads, at least 1
  size_t width;             ///< of a head, at least 1
  size_t first_position;    ///< absolute position of the first row
  size_t window;            ///< positions that a row sees, its own included; SIZE_MAX for all
  size_t chunk;             ///< a row sees from the last multiple of it on; SIZE_MAX for all
  const float *sinks;       ///< the sink of each query head of the group, or NULL
  const void *const *pages; ///< the segment's pages from position 0 on
  size_t page_offset;       ///< bytes from a page's start to the block of this layer and key head
  float scale;              ///< of the scores, positive
  float softcap;            ///< of the scaled scores, softcap * tanh(score / softcap); 0 for none
  const float *bias;        ///< [positions] of the group's first head, to a multiple of 64; NULL for none
  size_t bias_stride;       ///< floats from head to head
  void *scratch;            ///< tc_attention_scratch bytes, aligned to 64
} tc_attention_block;

/// Bytes of scratch for a block.
size_t tc_attention_scratch(size_t rows, size_t group, size_t width);

/// 32-bit words of keys and values of one layer, one key head, one page.
size_t tc_attention_page_words(size_t width, int bfloat16);

/// Row i, at position p = first_position + i, sees the positions max(0, p - window + 1, p - p % chunk) ... p:
///
///     output = sum of softmax(score) * value,  score = scale * query . key
///
/// With a softcap the score is softcap * tanh(score / softcap); then, with a bias, bias[the position seen] -
/// bias[the row's own] is added.
///
/// A sink is a score that has a share of the softmax and no value: its exponential stands in the denominator.
/// With d = |score - largest score|, in float32 each weight is off by at most
/// (width * 2^-24 * scale * |query| . |key| * 2 + (d + positions / 16 + pages + 12) * 2^-24) relatively, and
/// the output by that and (positions + pages) * 2^-24 of the sum of weight * |value|. In bfloat16 queries,
/// keys, values and weights (relative to the page's largest so far) are rounded to 8 bits first; weights are
/// divided by the sum of rounded ones. A softcap is within 4 * 2^-24 |score| of its tanh, a bias within
/// 2^-24 (|difference| + |score|).
typedef void tc_attend_fn(const tc_attention_block *block);

/// Stores the keys and values of `rows` neighbouring positions, the first at `slot` of a page: rows are
/// `stride` floats apart. slot + rows is at most 64.
typedef void tc_write_page_fn(const float *keys, const float *values, size_t stride, size_t rows,
                              size_t width, void *block, size_t slot);

typedef struct tc_attention_kernels {
  tc_attend_fn *attend_f32, *attend_bf16;
  tc_write_page_fn *write_f32, *write_bf16;
} tc_attention_kernels;

#define TC_ATTENTION_TABLE(ISA, ...) extern const tc_attention_kernels tc_attention__##ISA;
TC_BASES(TC_ATTENTION_TABLE)
#undef TC_ATTENTION_TABLE

#endif
