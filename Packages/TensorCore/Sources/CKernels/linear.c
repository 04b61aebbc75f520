#include "products.h"
const tc_product_kernels tc_products__scalar = {"scalar"};
#if defined(__x86_64__)
const tc_product_kernels tc_products__avx2 = {"avx2"}, tc_products__avx512 = {"avx512"}, tc_products__avx512bf16 = {"avx512bf16"};
#endif
