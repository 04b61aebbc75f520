// Sums of outer products of rows: the gradient of a weight by the rows that it was multiplied with.
#ifndef TC_OUTER_PRODUCTS_H
#define TC_OUTER_PRODUCTS_H

#include "products.h"

enum { TC_RUN_ROWS = 512 }; ///< Rows whose products are one chain.

/// result[i][j] = (adds ? result[i][j] : 0) + sum over rows r of left[r][i] * right[r][j].
///
/// Rows go in runs of TC_RUN_ROWS from the first on. A run's sum is one chain of fused multiply-adds from
/// zero over its rows in order, and runs are added to the result in order: the bits depend neither on threads
/// nor on the instruction set.
typedef struct tc_outer_products {
  const float *left;  ///< [rows, left_width]
  const float *right; ///< [rows, right_width]
  size_t rows, left_width, right_width;
  float *result; ///< [left_width, right_width]
  bool adds;
  void *scratch; ///< tc_outer_products_scratch bytes, 64-byte aligned.
} tc_outer_products;

/// Bytes of scratch memory: one run of the left rows.
size_t tc_outer_products_scratch(size_t rows, size_t left_width);

/// Runs on the thread pool; fastest with the wider rows on the right. Of no rows, a sum that adds nothing is
/// left undefined.
void tc_outer_products_run(const tc_product_kernels *kernels, const tc_outer_products *sum);

#endif
