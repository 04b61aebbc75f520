// Quantised weights in panels: the blocks of a file, rearranged so that kernels read them along outputs, with
// nothing lost.
//
// A panel of 64 outputs is a row of cells along the inner dimension, each as long as a block of the file: 32,
// 64, 128 or 256 elements. A cell holds, for its 64 outputs,
//
//     factors   [64] half precision: the block's scale; [64] more where it has a minimum. Of MXFP4
//               [64] bytes, its exponents. Of integers and of floats float32: [64] lower and [64] upper
//               halves
//     scales    [groups][64] bytes where a block has scales of its own for groups of 16 or 32
//               elements; [groups][64] more for minima, which share a byte with the scales in Q2_K. Of
//               integers, [64] zero points
//     low       the lower bits of the elements, 8, 4 or 2 of them, and
//     high      their upper bits, 2, 1 or none
//
// Elements stand in quads: four neighbours along the inner dimension, bytes of a word, for each of 64
// outputs. With B bits an element, 8 / B quads share their words: quad q has bits B (q mod (8 / B)) and up of
// each byte.
//
// An element is code - zero, where a level that the bits name is the code, an integer from -128 to 127, and
// the weight
//
//     scale * element (+ offset)
//
// the products and the sum each rounded once to float32, never fused: what tc_dequantize gives, bit for bit.
// Of 8-bit floats the element is the number that the code stands for; integer kernels do not read them.
// Where blocks have a zero point, the weight is scale * (code - zero point); integer kernels add
// scale * (zero - zero point) as the offset.
#ifndef TC_BLOCK_PANELS_H
#define TC_BLOCK_PANELS_H

#include "dequantize.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  TC_STRIP = 32
}; ///< Elements of the inner dimension that kernels take at once; blocks are whole strips.

/// Where the parts of a cell lie, in bytes from its start.
typedef struct tc_block_layout {
  size_t elements; ///< Of a block: 32 to 256; 0 for a format that is not kept in panels.
  size_t group;    ///< Elements that share a scale: 16 or 32.
  size_t scales, minima, low, high, bytes;
  int low_bits, high_bits, largest, zero; ///< `largest`: of all codes.
  bool has_offset;
  bool has_zeros;  ///< Whether offsets follow from zero points.
  bool has_floats; ///< Whether codes are 8-bit floats.
} tc_block_layout;

/// Whether panels of a format exist; all others are decoded when they are read.
bool tc_block_has_panels(tc_block_format format);

/// The layout of a format that has panels.
const tc_block_layout *tc_block_layout_of(tc_block_format format);

/// Strips `first` and on of a panel as float32 weights [32 count][64].
typedef void tc_decode_strips_fn(tc_block_format format, const void *panel, size_t first, size_t count,
                                 float *weights);

/// How integers stand in memory when they are multiplied. Codes below 64 are multiplied in bytes: two
/// neighbours times integers of 8 bits fit 16 (2 * 63 * 127), more of them where codes are smaller. Where an
/// instruction adds four products to 32 bits, codes of 8 bits are too.
typedef enum tc_integer_form {
  TC_FORM_WORDS,  ///< Elements and rows in 16 bits.
  TC_FORM_BYTES,  ///< Codes in unsigned bytes, rows of 8 bits in bytes.
  TC_FORM_PLANES, ///< Codes too, rows of 16 bits as 128 h + l: of each strip all h, in bytes, then all l.
} tc_integer_form;

/// What the integer kernels read: strips of a panel with their elements as integers.
typedef struct tc_strips {
  const void *elements; ///< int16 [16 count][64][2], or codes [8 count][64][4]: neighbours of one output.
  const float *scales;  ///< [groups][64].
  const float *offsets; ///< The same; NULL where the format has none.
  size_t count, group;
  tc_integer_form form;
  int largest, zero; ///< Of codes.
} tc_strips;

/// Strips `first` and on of a panel as integers: elements in int16 if `words`, else codes. `offsets` is left
/// alone where the format has none.
typedef void tc_expand_strips_fn(tc_block_format format, const void *panel, size_t first, size_t count,
                                 bool words, void *elements, float *scales, float *offsets);

enum { TC_LIMIT_INT16 = 127 * 128, TC_LIMIT_INT8 = 127 }; ///< What the largest number of a strip becomes.

/// What rows of integers are like.
typedef struct tc_integer_kind {
  tc_integer_form form;
  int32_t limit;
  size_t group; ///< Elements that share a scale of the weight.
  int zero;     ///< Of its codes.
} tc_integer_kind;

/// What goes with a group of a row's integers.
typedef struct tc_integer_group {
  float scale;  ///< Of its strip: x = scale * integer.
  float sum;    ///< scale * (float)A, A the sum of the integers.
  int32_t less; ///< -zero * A.
} tc_integer_group;

/// A row in integers of 16 or 8 bits: `inner` of them, words for either or as the form says, then a
/// tc_integer_group for each group. x = scale * integer, within half a scale.
///
/// The largest magnitude m of a strip becomes 16256 = 127 * 128, so that an integer is 128 h + l with h and l
/// in eight bits: scale = m / 16256, integer = x * (16256 / m) to nearest, ties to even, each operation in
/// float32. Where m is below 2^-100 all is zero; where an element is not finite, the scale is NaN and the
/// integers zero. In 8 bits the same with 127 in place of 16256.
typedef void tc_quantize_rows_fn(const float *x, size_t rows, size_t inner, tc_integer_kind kind, void *y,
                                 size_t stride);

/// Bytes of a strip's integers.
static inline size_t tc_strip_bytes(tc_integer_form form) {
  return form == TC_FORM_BYTES ? TC_STRIP : 2 * TC_STRIP;
}

/// 4-byte units of such a row.
static inline size_t tc_integer_row_units(size_t inner, tc_integer_kind kind) {
  return (inner / TC_STRIP * tc_strip_bytes(kind.form) + inner / kind.group * sizeof(tc_integer_group)) / 4;
}

/// sums[r][c] += the products of rows of integers with strips `first` ... of a panel, c < 64, r < rows <= 6.
///
/// For each group of elements in order, with I its sum of integer * element, exact in int32 (|I| <= 32 *
/// 16256 * 128 < 2^27), X the strip's scale and A the sum of the group's integers:
///
///     sum = fma(scale * (float)I, X, sum)
///     sum = fma(offset, X * (float)A, sum)     where the format has offsets
///
/// so that each group adds at most 3 u |scale I X| + u |sum| of rounding, and 2 u |offset X A| + u |sum|.
/// Of codes, I is their sum of products less zero * A. That fits, too: |code| < 256.
typedef void tc_integer_tile_fn(const void *x, size_t stride, size_t inner, size_t rows,
                                const tc_strips *strips, size_t first, float *sums);

/// Rows of a file, as a source of panels.
typedef struct tc_block_source {
  const uint8_t *rows; ///< [outputs] rows of whole blocks, densely.
  size_t outputs;
} tc_block_source;

#endif
