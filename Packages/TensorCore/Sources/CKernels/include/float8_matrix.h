// Matrices of 8-bit floats with scales, as tools that quantise layers write them (FP8 of DeepSeek and Qwen,
// compressed-tensors): into blocks of dequantize.h, or widened.
#ifndef TC_FLOAT8_MATRIX_H
#define TC_FLOAT8_MATRIX_H

#include "dequantize.h"
#include <stdint.h>

/// A matrix [outputs, inner] whose weights are scale * number, rounded once to float32. Scales are of tiles:
/// so many outputs by so many of the inner axis, fewer at the ends.
typedef struct tc_float8_matrix {
  const uint8_t *codes; ///< [outputs][inner], E4M3.
  const float *scales;  ///< [tiles of outputs][tiles].
  size_t inner, tiles;
  size_t tile_outputs, tile_inner;
} tc_float8_matrix;

/// Rows of `matrix` from `first` on as blocks of a format of TC_FLOAT8_FORMATS, densely. Tiles are whole
/// blocks wide.
void tc_float8_blocks(const tc_float8_matrix *matrix, tc_block_format format, size_t first, size_t count,
                      uint8_t *blocks);

/// The same rows as float32.
void tc_float8_floats(const tc_float8_matrix *matrix, size_t first, size_t count, float *weights);

#endif
