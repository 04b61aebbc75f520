// Blocks of quantised weights, as GGUF files hold them, widened to float32.
#ifndef TC_DEQUANTIZE_H
#define TC_DEQUANTIZE_H

#include <stddef.h>

/// How a block stores its elements, by ggml's names.
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
  TC_BLOCK_FORMAT_COUNT
} tc_block_format;

/// Elements of one block.
size_t tc_block_elements(tc_block_format format);

/// Bytes of one block.
size_t tc_block_bytes(tc_block_format format);

/// Widens `count` blocks that lie behind each other. `blocks` may have any alignment and any contents.
///
/// Each element is scale * q (+ minimum), the products and the sum each rounded once to float32, never fused:
/// the bits of ggml's reference. Overflow to infinity and NaN pass through.
void tc_dequantize(tc_block_format format, const void *blocks, float *y, size_t count);

#endif
