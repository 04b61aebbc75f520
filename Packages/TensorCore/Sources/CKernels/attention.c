// Attention to pages of keys and values: the pages, the portable variants of the kernel, and the tables.
#include "attention_state.h"

size_t tc_attention_scratch(size_t rows, size_t group, size_t width) {
  return rows * group * (2 * padded_width(width) + 16 + 1) * sizeof(float);
}

size_t tc_attention_page_words(size_t width, int bfloat16) {
  return bfloat16 ? (width + 1) / 2 * 64 + 32 * padded_width(width) : width * 64 + 64 * padded_width(width);
}

static void write_f32(const float *keys, const float *values, size_t stride, size_t rows, size_t width, void *block,
                      size_t slot) {
  float *key = (float *)block + slot, *value = (float *)block + width * 64 + slot * padded_width(width);
  for (size_t row = 0; row < rows; row++) {
    for (size_t i = 0; i < width; i++) key[i * 64 + row] = keys[row * stride + i];
    memcpy(value + row * padded_width(width), values + row * stride, width * sizeof(float));
  }
}

static void write_bf16(const float *keys, const float *values, size_t stride, size_t rows, size_t width, void *block,
                       size_t slot) {
  const size_t even = (width + 1) / 2 * 2;
  uint16_t *key = block, *value = (uint16_t *)block + even * 64;
  for (size_t row = 0; row < rows; row++) {
    const size_t position = slot + row;
    for (size_t i = 0; i < even; i++)
      key[i / 2 * 128 + position * 2 + i % 2] = i < width ? bfloat16_of(keys[row * stride + i]) : 0;
    uint16_t *pair = value + position / 2 * 2 * padded_width(width) + position % 2;
    for (size_t i = 0; i < width; i++) pair[i * 2] = bfloat16_of(values[row * stride + i]);
  }
}

#define MULTIPLY_ADD(SUM, A, B) SUM = tc_fma(BROADCAST(A), (tc_f32x16)(B), SUM)
// First the low halves, then the high ones.
#define MULTIPLY_ADD_PAIR(SUM, A, B)                                                                                   \
  SUM = tc_fma(BROADCAST((A) & 0xFFFF0000), (tc_f32x16)((B) & 0xFFFF0000),                                             \
               tc_fma(BROADCAST((A) << 16), (tc_f32x16)((B) << 16), SUM))

#define NAME(X) X##_f32__scalar
#define TARGET
#define TILE 1
#define UNIT 1
#define ACCUMULATE MULTIPLY_ADD
#include "attention_body.h"

#define NAME(X) X##_bf16__scalar
#define TARGET
#define TILE 1
#define UNIT 2
#define ACCUMULATE MULTIPLY_ADD_PAIR
#include "attention_body.h"

const tc_attention_kernels tc_attention__scalar = {tc_attend_f32__scalar, tc_attend_bf16__scalar, write_f32, write_bf16};

#if defined(__x86_64__)
#define NAME(X) X##_f32__avx2
#define TARGET TC_AVX2
#define TILE 1
#define UNIT 1
#define ACCUMULATE MULTIPLY_ADD
#include "attention_body.h"

#define NAME(X) X##_bf16__avx2
#define TARGET TC_AVX2
#define TILE 1
#define UNIT 2
#define ACCUMULATE MULTIPLY_ADD_PAIR
#include "attention_body.h"

#define NAME(X) X##_f32__avx512
#define TARGET TC_AVX512
#define TILE 4
#define UNIT 1
#define ACCUMULATE MULTIPLY_ADD
#include "attention_body.h"

#define NAME(X) X##_bf16__avx512
#define TARGET TC_AVX512
#define TILE 4
#define UNIT 2
#define ACCUMULATE MULTIPLY_ADD_PAIR
#include "attention_body.h"

tc_attend_fn tc_attend_bf16__avx512bf16; // attention_avx512bf16.c

const tc_attention_kernels tc_attention__avx2 = {tc_attend_f32__avx2, tc_attend_bf16__avx2, write_f32, write_bf16};
const tc_attention_kernels tc_attention__avx512 = {tc_attend_f32__avx512, tc_attend_bf16__avx512, write_f32, write_bf16};
const tc_attention_kernels tc_attention__avx512bf16 = {tc_attend_f32__avx512, tc_attend_bf16__avx512bf16, write_f32,
                                                       write_bf16};
#endif
