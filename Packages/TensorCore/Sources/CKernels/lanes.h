// Sixteen float32 lanes, written once for every instruction set.
//
// A kernel body is an always-inlined function on these vectors; its variants are one-line functions that
// differ in their target attribute, so that the compiler lowers the same operations to 16 scalars' worth of
// SSE2, two AVX2 registers, or one AVX-512 register. Nothing here lets lanes mix in an order of its own:
// equality of the variants, bit for bit, is by construction. For that, contraction is off: a multiply-add is
// fused where the code is written so.
#ifndef TC_LANES_H
#define TC_LANES_H

#include "isas.h"
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF
// Vectors pass through functions that are always inlined, so no ABI is concerned.
#pragma clang diagnostic ignored "-Wpsabi"

#define TC_INLINE static inline __attribute__((always_inline))

// The target attribute of each base of isas.h, and of the kernels that a set has of its own.
#define TC_TARGET_scalar
#if defined(__aarch64__)
#define TC_TARGET_neon // every aarch64 has it
#define TC_TARGET_neoni8mm __attribute__((target("i8mm")))
#elif defined(__x86_64__)
#define TC_TARGET_avx2 __attribute__((target("avx2,fma,f16c")))
#define TC_TARGET_avx512 __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl")))
#define TC_TARGET_avx512vnni                                                                                 \
  __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))
#endif

#define TC_LANES 16

/// The variants of one kernel: TC_VARIANTS(void, add, (const float *x, size_t n), (x, n)) makes
/// tc_add__scalar and its siblings of the always-inlined `add`.
#define TC_VARIANTS(RESULT, NAME, PARAMETERS, ARGUMENTS)                                                     \
  TC_BASES(TC_VARIANT, RESULT, NAME, PARAMETERS, ARGUMENTS)
#define TC_VARIANT(ISA, RESULT, NAME, PARAMETERS, ARGUMENTS)                                                 \
  TC_TARGET_##ISA RESULT tc_##NAME##__##ISA PARAMETERS { return NAME ARGUMENTS; }

typedef float tc_f32x16 __attribute__((vector_size(64)));
typedef float tc_f32x8 __attribute__((vector_size(32)));
typedef float tc_f32x4 __attribute__((vector_size(16)));
typedef int32_t tc_i32x16 __attribute__((vector_size(64)));
typedef uint32_t tc_u32x16 __attribute__((vector_size(64)));
typedef uint16_t tc_u16x16 __attribute__((vector_size(32)));
typedef double tc_f64x16 __attribute__((vector_size(128)));

TC_INLINE tc_f32x16 tc_set(float x) { return (tc_f32x16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }

TC_INLINE tc_f32x16 tc_load(const float *p) {
  tc_f32x16 v;
  memcpy(&v, p, sizeof v);
  return v;
}

TC_INLINE tc_u32x16 tc_load_words(const void *p) {
  tc_u32x16 v;
  memcpy(&v, p, sizeof v);
  return v;
}

TC_INLINE void tc_store(float *p, tc_f32x16 v) { memcpy(p, &v, sizeof v); }

/// Past the caches; p is aligned to 64 bytes. Other threads see it after a fence only.
TC_INLINE void tc_stream(float *p, tc_f32x16 v) { __builtin_nontemporal_store(v, (tc_f32x16 *)p); }

/// The first `n` < 16 floats, the rest `fill`.
TC_INLINE tc_f32x16 tc_load_part(const float *p, size_t n, float fill) {
  tc_f32x16 v = tc_set(fill);
  memcpy(&v, p, n * sizeof *p);
  return v;
}

TC_INLINE void tc_store_part(float *p, size_t n, tc_f32x16 v) { memcpy(p, &v, n * sizeof *p); }

/// Elements `i` to `i` + 15 of a row of `n`, `fill` beyond its end.
TC_INLINE tc_f32x16 tc_load_at(const float *row, size_t i, size_t n, float fill) {
  return n - i < 16 ? tc_load_part(row + i, n - i, fill) : tc_load(row + i);
}

TC_INLINE void tc_store_at(float *row, size_t i, size_t n, tc_f32x16 v) {
  if (n - i < 16)
    tc_store_part(row + i, n - i, v);
  else
    tc_store(row + i, v);
}

/// a * b + c, rounded once.
TC_INLINE tc_f32x16 tc_fma(tc_f32x16 a, tc_f32x16 b, tc_f32x16 c) {
  return __builtin_elementwise_fma(a, b, c);
}

/// Per lane: mask (all ones or zero) ? a : b.
TC_INLINE tc_f32x16 tc_select(tc_i32x16 mask, tc_f32x16 a, tc_f32x16 b) {
  return (tc_f32x16)(((tc_i32x16)a & mask) | ((tc_i32x16)b & ~mask));
}

/// The larger; b where either is NaN.
TC_INLINE tc_f32x16 tc_max(tc_f32x16 a, tc_f32x16 b) { return tc_select(a > b, a, b); }

/// Rounded to bfloat16, ties to even, in the upper half of each word; zero below it. NaN becomes quiet.
TC_INLINE tc_u32x16 tc_round_to_bfloat16(tc_f32x16 x) {
  const tc_u32x16 bits = (tc_u32x16)x, is_nan = (tc_u32x16)(x != x);
  const tc_u32x16 nearest = bits + 0x7FFF + ((bits >> 16) & 1);
  return ((nearest & ~is_nan) | ((bits | 0x400000) & is_nan)) & 0xFFFF0000;
}

/// The fixed tree: lanes 8 apart, then 4, 2, 1.
TC_INLINE float tc_sum(tc_f32x16 v) {
  const tc_f32x8 a = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
                     __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
  const tc_f32x4 b = __builtin_shufflevector(a, a, 0, 1, 2, 3) + __builtin_shufflevector(a, a, 4, 5, 6, 7);
  return (b[0] + b[2]) + (b[1] + b[3]);
}

/// The largest lane; which one is not defined where some are NaN.
TC_INLINE float tc_maximum(tc_f32x16 v) {
  // Halves change places, so that one 16-lane maximum does for every step.
  v = tc_max(v, __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  v = tc_max(v, __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
  v = tc_max(v, __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
  return v[0] > v[1] ? v[0] : v[1];
}

#endif
