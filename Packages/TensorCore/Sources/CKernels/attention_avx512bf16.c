// Attention with the processor's own product of bfloat16 pairs: the same numbers as the other variants, but
// that it takes subnormal operands and sums for zero. A file of its own, because the intrinsic wants its
// target on every function that it is inlined into.
#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma clang attribute push(                                                                                \
    __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl,avx512bf16"))),                  \
    apply_to = function)
#include "attention_state.h"

#define NAME(X) X##_bf16__avx512bf16
#define TARGET
#define TILE 4
#define UNIT 2
#define ACCUMULATE(SUM, A, B)                                                                                \
  SUM = (tc_f32x16)_mm512_dpbf16_ps((__m512)(SUM), (__m512bh)BROADCAST(A), (__m512bh)(B))
#define NARROW(X) ((tc_u16x16)_mm512_cvtneps_pbh((__m512)(X)))
#include "attention_body.h"
#pragma clang attribute pop
#endif
