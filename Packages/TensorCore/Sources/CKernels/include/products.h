#ifndef TC_PRODUCTS_H
#define TC_PRODUCTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct tc_product_kernels tc_product_kernels;
struct tc_product_kernels {
  const char *name;
};
extern const tc_product_kernels tc_products__scalar;
#if defined(__x86_64__)
extern const tc_product_kernels tc_products__avx2, tc_products__avx512, tc_products__avx512bf16;
#endif

#endif
