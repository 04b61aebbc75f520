// Numbers that are not finite: all bits of the exponent are set.
#include "rows.h"

// Blocks are scanned whole and without a branch, so that a compiler makes vectors of them; only the block
// with the first hit is read element by element.
enum { BLOCK = 1024 };

#define DEFINE_FIRST(name, type, exponent)                                                                   \
  typedef type __attribute__((aligned(1), may_alias)) name##_bits;                                           \
  static size_t name(const name##_bits *x, size_t n) {                                                       \
    for (size_t start = 0; start < n; start += BLOCK) {                                                      \
      const size_t end = n - start < BLOCK ? n : start + BLOCK;                                              \
      type hits = 0;                                                                                         \
      for (size_t i = start; i < end; i++) hits |= (type)((x[i] & (exponent)) == (exponent));                \
      if (!hits) continue;                                                                                   \
      size_t i = start;                                                                                      \
      while ((x[i] & (exponent)) != (exponent)) i++;                                                         \
      return i;                                                                                              \
    }                                                                                                        \
    return n;                                                                                                \
  }

DEFINE_FIRST(first_float32, uint32_t, UINT32_C(0x7F800000))
DEFINE_FIRST(first_bfloat16, uint16_t, UINT16_C(0x7F80))
DEFINE_FIRST(first_float16, uint16_t, UINT16_C(0x7C00))
DEFINE_FIRST(first_float64, uint64_t, UINT64_C(0x7FF0000000000000))

size_t tc_first_non_finite(const void *x, tc_float_type type, size_t n) {
  switch (type) {
  case TC_FLOAT32:
    return first_float32(x, n);
  case TC_BFLOAT16:
    return first_bfloat16(x, n);
  case TC_FLOAT16:
    return first_float16(x, n);
  default:
    return first_float64(x, n);
  }
}
