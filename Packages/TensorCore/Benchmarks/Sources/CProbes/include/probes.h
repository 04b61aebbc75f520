// OpenBLAS, whole products at a time.
#ifndef PROBES_H
#define PROBES_H

/// y [m, n] = x [m, k] * w [n, k], by OpenBLAS on `threads` threads.
void openblas_product(const float *x, const float *w, float *y, int m, int n, int k, int threads);

/// y [m, n] = x [k, m] transposed * g [k, n], by OpenBLAS on `threads` threads.
void openblas_outer_products(const float *x, const float *g, float *y, int m, int n, int k, int threads);

#endif
