// Matrices of integers with scales, as tools that quantise layers write them (GPTQ, AWQ, compressed-tensors):
// into blocks of dequantize.h, or widened.
#ifndef TC_INTEGER_MATRIX_H
#define TC_INTEGER_MATRIX_H

#include "dequantize.h"
#include <stdbool.h>
#include <stdint.h>

/// Codes of a matrix that lie behind each other, `bits` of them each, in little-endian units along one axis:
/// in words of 4 bytes, where a code may go on in the next word, or in bytes.
///
/// The code at place p of that axis and q of the other one begins bits * p bits behind unit q * across; the
/// units that follow are `along` further.
typedef struct tc_codes {
  const uint8_t *units;
  size_t unit_bytes, bits; ///< 4 and 2, 3, 4 or 8; or 1 and 8.
  size_t along, across;
  bool along_outputs; ///< Else along the inner axis.
  bool interleaved;   ///< Of each eight along the axis the even ones come first, then the odd ones.
  uint8_t flipped;    ///< Bits that are the other way round: the sign of signed bytes.
} tc_codes;

/// A matrix [outputs, inner] whose weights are scale * (code - zero), rounded once to float32.
typedef struct tc_integer_matrix {
  tc_codes codes;
  tc_codes zeros;           ///< [outputs, groups]; no units where there are none.
  uint8_t zero;             ///< Added to each of `zeros`, without carry; or the zero point of all.
  const float *scales;      ///< [outputs][groups].
  const int32_t *groups_of; ///< The group of each of the inner axis; NULL where groups are runs.
  size_t inner, groups;
  size_t run; ///< Elements of a group; the last may have fewer.
} tc_integer_matrix;

/// Rows of `matrix` from `first` on as blocks of a format of TC_INTEGER_FORMATS with as many bits as its
/// codes, densely. Groups are runs of whole blocks.
void tc_integer_blocks(const tc_integer_matrix *matrix, tc_block_format format, size_t first, size_t count,
                       uint8_t *blocks);

/// The same rows as float32.
void tc_integer_floats(const tc_integer_matrix *matrix, size_t first, size_t count, float *weights);

#endif
