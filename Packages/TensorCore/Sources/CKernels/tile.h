// The tile kernels, which linear.c puts into the tables.
#ifndef TC_TILE_H
#define TC_TILE_H

#include "lanes.h"
#include "products.h"

tc_tile_fn tc_tile_f32__scalar, tc_tile_turned__scalar, tc_tile_bf16__scalar;
tc_turn_fn tc_turn_tiles__scalar, tc_turn_panel__scalar;
tc_lanes_fn tc_lanes_f32__scalar, tc_lanes_bf16__scalar;

#if defined(__x86_64__)
#include <immintrin.h>
#define TC_AVX512BF16 __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl,avx512bf16")))

tc_tile_fn tc_tile_f32__avx2, tc_tile_bf16__avx2, tc_tile_f32__avx512, tc_tile_bf16__avx512,
    tc_tile_bf16__avx512bf16, tc_tile_turned__avx2, tc_tile_turned__avx512;
tc_turn_fn tc_turn_tiles__avx2, tc_turn_panel__avx2, tc_turn_tiles__avx512, tc_turn_panel__avx512;
tc_lanes_fn tc_lanes_f32__avx2, tc_lanes_bf16__avx2, tc_lanes_f32__avx512, tc_lanes_bf16__avx512;
tc_lanes_fn tc_lanes_bf16__avx512bf16;
#endif

#endif
