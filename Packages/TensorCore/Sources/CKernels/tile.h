// The tile kernels, which linear.c puts into the tables.
#ifndef TC_TILE_H
#define TC_TILE_H

#include "lanes.h"
#include "products.h"

tc_tile_fn tc_tile_f32__scalar, tc_tile_transposed__scalar, tc_tile_bf16__scalar;
tc_transpose_rows_fn tc_transpose_tiles__scalar, tc_transpose_panel__scalar;
tc_lanes_fn tc_lanes_f32__scalar, tc_lanes_bf16__scalar;

#if defined(__x86_64__)
#include <immintrin.h>
#define TC_AVX512BF16 __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl,avx512bf16")))

tc_tile_fn tc_tile_f32__avx2, tc_tile_bf16__avx2, tc_tile_f32__avx512, tc_tile_bf16__avx512,
    tc_tile_bf16__avx512bf16, tc_tile_transposed__avx2, tc_tile_transposed__avx512;
tc_transpose_rows_fn tc_transpose_tiles__avx2, tc_transpose_panel__avx2, tc_transpose_tiles__avx512,
    tc_transpose_panel__avx512;
tc_lanes_fn tc_lanes_f32__avx2, tc_lanes_bf16__avx2, tc_lanes_f32__avx512, tc_lanes_bf16__avx512;
tc_lanes_fn tc_lanes_bf16__avx512bf16;
#endif

#endif
