// Products with panels that are decoded first.
#ifndef TC_BLOCK_PRODUCT_H
#define TC_BLOCK_PRODUCT_H

#include "tiling.h"

/// sums[r][c] of `row_count` rows, which are operands already, and one panel, of blocks or to be widened:
/// [row_count][64], 64-byte aligned. A row's sums depend on that row only. With an `end`, which neither
/// integers nor a library's products can have, `sums` is work space and the results go there.
void tc_multiply_decoded(const tc_product_kernels *kernels, const tc_packed *weight, size_t panel,
                         tc_row_units rows, size_t row_count, float *sums, const tc_tile_end *end);

#endif
