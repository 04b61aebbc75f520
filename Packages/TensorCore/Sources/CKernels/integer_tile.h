// The integer kernels, which linear.c puts into the tables.
#ifndef TC_INTEGER_TILE_H
#define TC_INTEGER_TILE_H

#include "block_panels.h"
#include "lanes.h"
#include "products.h"

TC_PROTOTYPES(tc_decode_strips_fn, tc_decode_strips)
TC_PROTOTYPES(tc_expand_strips_fn, tc_expand_strips)
TC_PROTOTYPES(tc_quantize_rows_fn, tc_quantize_rows)

#define TC_INTEGER_TILE(ISA, ...) tc_integer_tile_fn tc_integer_tile__##ISA;
TC_ISAS(TC_INTEGER_TILE)
#undef TC_INTEGER_TILE

#endif
