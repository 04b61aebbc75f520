// Attention to pages of keys and values: the pages, the portable variants of the kernel, and the tables.
#include "attention_state.h"

size_t tc_attention_scratch(size_t rows, size_t group, size_t width) {
  return rows * group * (2 * padded_width(width) + 16 + 1) * sizeof(float);
}

size_t tc_attention_page_words(size_t width, int bfloat16) {
  return bfloat16 ? (width + 1) / 2 * 64 + 32 * padded_width(width) : width * 64 + 64 * padded_width(width);
}

TC_INLINE void write_f32(const float *keys, const float *values, size_t stride, size_t rows, size_t width,
                         void *block, size_t slot) {
  float *key = (float *)block + slot, *value = (float *)block + width * 64 + slot * padded_width(width);
  for (size_t row = 0; row < rows; row++) {
    for (size_t i = 0; i < width; i++) key[i * 64 + row] = keys[row * stride + i];
    memcpy(value + row * padded_width(width), values + row * stride, width * sizeof(float));
  }
}

TC_INLINE void write_bf16(const float *keys, const float *values, size_t stride, size_t rows, size_t width,
                          void *block, size_t slot) {
  const size_t even = (width + 1) / 2 * 2, padded = padded_width(width);
  uint16_t *key = (uint16_t *)block + slot * 2, *value = (uint16_t *)block + even * 64;
  for (size_t row = 0; row < rows; row++, key += 2) {
    uint16_t *const pair = value + (slot + row) / 2 * 2 * padded + (slot + row) % 2;
    for (size_t first = 0; first < width; first += 64) {
      const size_t n = width - first < 64 ? width - first : 64;
      uint16_t narrow[64];
      narrow_row(keys + row * stride + first, n, narrow);
      for (size_t i = 0; i < n; i += 2) memcpy(key + (first + i) * 64, narrow + i, 4);
      narrow_row(values + row * stride + first, n, narrow);
      for (size_t i = 0; i < n; i++) pair[(first + i) * 2] = narrow[i];
    }
  }
}

#define PARAMETERS                                                                                           \
  (const float *keys, const float *values, size_t stride, size_t rows, size_t width, void *block, size_t slot)
TC_VARIANTS(void, write_f32, PARAMETERS, (keys, values, stride, rows, width, block, slot))
TC_VARIANTS(void, write_bf16, PARAMETERS, (keys, values, stride, rows, width, block, slot))

#define MULTIPLY_ADD(SUM, A, B) SUM = tc_fma(BROADCAST(A), (tc_f32x16)(B), SUM)
// First the high halves, then the low ones, each rounded once.
#define MULTIPLY_ADD_PAIR(SUM, A, B)                                                                         \
  SUM = tc_fma(BROADCAST((A) << 16), (tc_f32x16)((B) << 16),                                                 \
               tc_fma(BROADCAST((A)&0xFFFF0000), (tc_f32x16)((B)&0xFFFF0000), SUM))

#define ISA scalar
#define COLUMN_VECTORS 1
#include "attention_variants.h"

#if defined(__aarch64__)
#define ISA neon
#define COLUMN_VECTORS 1
#include "attention_variants.h"
#elif defined(__x86_64__)
#define ISA avx2
#define COLUMN_VECTORS 1
#include "attention_variants.h"

#define ISA avx512
#define COLUMN_VECTORS 4
#include "attention_variants.h"
#endif

#define TABLE(ISA, ...)                                                                                      \
  const tc_attention_kernels tc_attention__##ISA = {                                                         \
      .attend_f32 = tc_attend_f32__##ISA,                                                                    \
      .attend_bf16 = tc_attend_bf16__##ISA,                                                                  \
      .write_f32 = tc_write_f32__##ISA,                                                                      \
      .write_bf16 = tc_write_bf16__##ISA,                                                                    \
  };
TC_BASES(TABLE)
