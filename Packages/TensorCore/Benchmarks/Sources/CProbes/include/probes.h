// What this machine can do, measured: the peaks that a kernel's share is a share of.
#ifndef PROBES_H
#define PROBES_H

#include <stddef.h>

/// Operations (a multiply-add is two) of `steps` rounds of independent multiply-adds on registers, on one
/// thread; 0 where the processor has no such instruction. Takes the time of doing them.
double probe_float32(size_t steps);
double probe_bfloat16(size_t steps);

/// `bytes` of written memory on huge pages, where the system has them; NULL if there is none. Goes back with
/// free.
void *probe_memory(size_t bytes);

/// Reads `bytes` from `memory` once, a multiple of 512 for each of `streams` neighbouring parts that are read
/// side by side; the result only keeps the reads alive.
float probe_read(const void *memory, size_t bytes, size_t streams);

/// y [m, n] = x [m, k] * w [n, k], by OpenBLAS on `threads` threads.
void openblas_product(const float *x, const float *w, float *y, int m, int n, int k, int threads);

/// y [m, n] = x [k, m] transposed * g [k, n], by OpenBLAS on `threads` threads.
void openblas_outer_products(const float *x, const float *g, float *y, int m, int n, int k, int threads);

#endif
