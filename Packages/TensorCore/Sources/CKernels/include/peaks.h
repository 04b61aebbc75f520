// What a processor does at most: the rates that the speed of a kernel is a share of.
#ifndef TC_PEAKS_H
#define TC_PEAKS_H

#include "isas.h"
#include <stddef.h>

/// Multiply-adds of `steps` rounds of independent ones on registers, on the calling thread, which takes the
/// time of doing them.
typedef double tc_peak_fn(size_t steps);

/// Reads `bytes` from `memory` once, a multiple of 256 for each of `streams` neighbouring parts that are read
/// side by side. The result only keeps the reads alive.
typedef unsigned tc_read_fn(const void *memory, size_t bytes, size_t streams);

/// By the instructions that products are made of: float32 for operands of bfloat16, too, which are widened;
/// words of 16 bits and bytes for integers.
typedef struct tc_peak_kernels {
  tc_peak_fn *float32, *words, *bytes;
  tc_read_fn *read;
} tc_peak_kernels;

#define TC_PEAK_TABLE(ISA, ...) extern const tc_peak_kernels tc_peaks__##ISA;
TC_ISAS(TC_PEAK_TABLE)
#undef TC_PEAK_TABLE

#endif
