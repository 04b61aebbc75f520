#ifndef TC_CKERNELS_H
#define TC_CKERNELS_H

#include "attention.h"
#include "dequantize.h"
#include "float8_matrix.h"
#include "gradients.h"
#include "integer_matrix.h"
#include "isas.h"
#include "outer_products.h"
#include "peaks.h"
#include "products.h"
#include "recurrences.h"
#include "rows.h"
#include "thread_pool.h"

/// Instruction sets with kernels of their own, slowest first.
#define TC_ISA_NAME(ISA) TC_ISA_##ISA,
typedef enum tc_isa { TC_ISA_NAMES(TC_ISA_NAME) TC_ISA_COUNT } tc_isa;
#undef TC_ISA_NAME

/// The kernels for one instruction set: one table a family, each described in its own header.
typedef struct tc_kernels {
  tc_isa isa;
  const tc_product_kernels *products;
  const tc_row_kernels *rows;
  const tc_attention_kernels *attention;
  const tc_gradient_kernels *gradients;
  const tc_recurrence_kernels *recurrences;
  const tc_peak_kernels *peaks;
} tc_kernels;

/// The kernels for one instruction set, or NULL if this CPU (or this build) lacks it.
const tc_kernels *tc_kernels_for(tc_isa isa);

#endif
