#ifndef TC_CKERNELS_H
#define TC_CKERNELS_H

#include "attention.h"
#include "dequantize.h"
#include "gradients.h"
#include "outer_products.h"
#include "products.h"
#include "rows.h"
#include "team.h"

/// Instruction sets with kernels of their own, slowest first.
typedef enum tc_isa {
  TC_ISA_SCALAR,     ///< Plain C, the definition of every kernel.
  TC_ISA_AVX2,       ///< AVX2, FMA and F16C.
  TC_ISA_AVX512,     ///< AVX-512 F, DQ, BW and VL.
  TC_ISA_AVX512BF16, ///< The above and VDPBF16PS.
  TC_ISA_COUNT
} tc_isa;

/// The kernels for one instruction set: one table a family, each described in its own header.
typedef struct tc_kernels {
  tc_isa isa;
  const tc_product_kernels *products;
  const tc_row_kernels *rows;
  const tc_attention_kernels *attention;
  const tc_gradient_kernels *gradients;
} tc_kernels;

/// The kernels for one instruction set, or NULL if this CPU (or this build) lacks it.
const tc_kernels *tc_kernels_for(tc_isa isa);

#endif
