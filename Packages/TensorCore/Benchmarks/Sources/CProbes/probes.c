#include "probes.h"

// OpenBLAS's own headers are not needed for two of its functions.
extern void cblas_sgemm(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha,
                        const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);
extern void openblas_set_num_threads(int threads);

void openblas_product(const float *x, const float *w, float *y, int m, int n, int k, int threads) {
  enum { row_major = 101, plain = 111, transposed = 112 };
  openblas_set_num_threads(threads);
  cblas_sgemm(row_major, plain, transposed, m, n, k, 1, x, k, w, k, 0, y, n);
}

void openblas_outer_products(const float *x, const float *g, float *y, int m, int n, int k, int threads) {
  enum { row_major = 101, plain = 111, transposed = 112 };
  openblas_set_num_threads(threads);
  cblas_sgemm(row_major, transposed, plain, m, n, k, 1, x, m, g, n, 0, y, n);
}
