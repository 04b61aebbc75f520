// The tile kernels, which linear.c puts into the tables.
#ifndef TC_TILE_H
#define TC_TILE_H

#include "lanes.h"
#include "products.h"

TC_PROTOTYPES(tc_tile_fn, tc_tile_f32)
TC_PROTOTYPES(tc_tile_fn, tc_tile_transposed)
TC_PROTOTYPES(tc_tile_fn, tc_tile_bf16)
TC_PROTOTYPES(tc_transpose_rows_fn, tc_transpose_tiles)
TC_PROTOTYPES(tc_transpose_rows_fn, tc_transpose_panel)
TC_PROTOTYPES(tc_lanes_fn, tc_lanes_f32)
TC_PROTOTYPES(tc_lanes_fn, tc_lanes_bf16)

#endif
