// Blocks of quantised weights, as GGUF files hold them, widened to float32.
#ifndef TC_DEQUANTIZE_H
#define TC_DEQUANTIZE_H

#include <stddef.h>

// X(format, bits, elements) for each format of integers with a scale and a zero point.
#define TC_INTEGER_FORMATS(X)                                                                                \
  X(TC_I2_32, 2, 32)                                                                                         \
  X(TC_I2_64, 2, 64)                                                                                         \
  X(TC_I2_128, 2, 128)                                                                                       \
  X(TC_I3_32, 3, 32)                                                                                         \
  X(TC_I3_64, 3, 64)                                                                                         \
  X(TC_I3_128, 3, 128)                                                                                       \
  X(TC_I4_32, 4, 32)                                                                                         \
  X(TC_I4_64, 4, 64)                                                                                         \
  X(TC_I4_128, 4, 128)                                                                                       \
  X(TC_I8_32, 8, 32)                                                                                         \
  X(TC_I8_64, 8, 64)                                                                                         \
  X(TC_I8_128, 8, 128)
// X(format, elements) for each format of 8-bit floats with a scale.
#define TC_FLOAT8_FORMATS(X)                                                                                 \
  X(TC_F8_32, 32)                                                                                            \
  X(TC_F8_128, 128)
#define TC_FORMAT_NAME(FORMAT, ...) FORMAT,

/// How a block stores its elements, by ggml's names; then the blocks that tc_integer_blocks and
/// tc_float8_blocks make.
///
/// A block of integers is a float32 scale, a byte with the zero point, and codes of a few bits, the first in
/// the lowest bits of the first byte: elements are scale * (code - zero). A block of floats is a float32
/// scale and bytes of E4M3 (Open Compute Project, OFP8 1.0, 5.1: bias 7, no infinity): elements are scale *
/// number.
typedef enum tc_block_format {
  TC_Q4_0,
  TC_Q4_1,
  TC_Q5_0,
  TC_Q5_1,
  TC_Q8_0,
  TC_Q2_K,
  TC_Q3_K,
  TC_Q4_K,
  TC_Q5_K,
  TC_Q6_K,
  TC_IQ4_NL,
  TC_IQ4_XS,
  TC_MXFP4,
  TC_NVFP4,
  TC_TQ1_0,
  TC_TQ2_0,
  TC_IQ1_S,
  TC_IQ1_M,
  TC_IQ2_XXS,
  TC_IQ2_XS,
  TC_IQ2_S,
  TC_IQ3_XXS,
  TC_IQ3_S,
  TC_INTEGER_FORMATS(TC_FORMAT_NAME) TC_FLOAT8_FORMATS(TC_FORMAT_NAME) TC_BLOCK_FORMAT_COUNT
} tc_block_format;

/// Elements of one block.
size_t tc_block_elements(tc_block_format format);

/// Bytes of one block.
size_t tc_block_bytes(tc_block_format format);

/// Widens `count` blocks that lie behind each other. `blocks` may have any alignment and any contents.
///
/// Each element is scale * q (+ minimum), the products and the sum each rounded once to float32, never fused:
/// the bits of ggml's reference; of integers and floats, the product alone is rounded. Overflow to infinity
/// and NaN pass through.
void tc_dequantize(tc_block_format format, const void *blocks, float *y, size_t count);

#endif
