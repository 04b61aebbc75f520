// The only file that queries the CPU's features.
#include "ckernels.h"
#include <stdbool.h>
#include <stddef.h>

static const tc_kernels tables[TC_ISA_COUNT] = {
    [TC_ISA_SCALAR] =
        {
            .isa = TC_ISA_SCALAR,
            .products = &tc_products__scalar,
            .rows = &tc_rows__scalar,
            .attention = &tc_attention__scalar,
            .gradients = &tc_gradients__scalar,
        },
#if defined(__x86_64__)
    [TC_ISA_AVX2] =
        {
            .isa = TC_ISA_AVX2,
            .products = &tc_products__avx2,
            .rows = &tc_rows__avx2,
            .attention = &tc_attention__avx2,
            .gradients = &tc_gradients__avx2,
        },
    [TC_ISA_AVX512] =
        {
            .isa = TC_ISA_AVX512,
            .products = &tc_products__avx512,
            .rows = &tc_rows__avx512,
            .attention = &tc_attention__avx512,
            .gradients = &tc_gradients__avx512,
        },
    [TC_ISA_AVX512BF16] =
        {
            .isa = TC_ISA_AVX512BF16,
            .products = &tc_products__avx512bf16,
            .rows = &tc_rows__avx512,
            .attention = &tc_attention__avx512bf16,
            .gradients = &tc_gradients__avx512,
        },
#endif
};

static bool runs_here(tc_isa isa) {
  switch (isa) {
  case TC_ISA_SCALAR:
    return true;
#if defined(__x86_64__)
  case TC_ISA_AVX2:
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
  case TC_ISA_AVX512:
    return runs_here(TC_ISA_AVX2) && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl");
  case TC_ISA_AVX512BF16:
    return runs_here(TC_ISA_AVX512) && __builtin_cpu_supports("avx512bf16");
#endif
  default:
    return false;
  }
}

const tc_kernels *tc_kernels_for(tc_isa isa) { return runs_here(isa) ? &tables[isa] : NULL; }
