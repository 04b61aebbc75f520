// The instruction sets that there are kernels for: the one list that
// enumerations, prototypes and tables are made from.
#ifndef TC_ISAS_H
#define TC_ISAS_H

/// All of them on every architecture, slowest first, so that a number names the
/// same set everywhere.
#define TC_ISA_NAMES(X)                                                                                      \
  X(scalar)     /* Plain C, the definition of every kernel. */                                               \
  X(neon)       /* NEON with FMA: every aarch64. */                                                          \
  X(neoni8mm)   /* The above and I8MM: dot products of bytes. */                                             \
  X(avx2)       /* AVX2, FMA and F16C. */                                                                    \
  X(avx512)     /* AVX-512 F, DQ, BW and VL. */                                                              \
  X(avx512vnni) /* The above and VNNI: dot products of bytes and of words. */

/// TC_BASES(X, ...) is X(isa, ...) for each set of this architecture that all
/// kernels are compiled for; lanes.h has its target attribute.
///
/// TC_ISAS(X, ...) is X(isa, base, ...) for each set of this architecture: it
/// takes the kernels of its base, but for those with instructions of its own.
#if defined(__x86_64__)
#define TC_BASES(X, ...) X(scalar, __VA_ARGS__) X(avx2, __VA_ARGS__) X(avx512, __VA_ARGS__)
#define TC_ISAS(X, ...)                                                                                      \
  X(scalar, scalar, __VA_ARGS__)                                                                             \
  X(avx2, avx2, __VA_ARGS__)                                                                                 \
  X(avx512, avx512, __VA_ARGS__)                                                                             \
  X(avx512vnni, avx512, __VA_ARGS__)
#elif defined(__aarch64__)
#define TC_BASES(X, ...) X(scalar, __VA_ARGS__) X(neon, __VA_ARGS__)
#define TC_ISAS(X, ...)                                                                                      \
  X(scalar, scalar, __VA_ARGS__)                                                                             \
  X(neon, neon, __VA_ARGS__)                                                                                 \
  X(neoni8mm, neon, __VA_ARGS__)
#else
#define TC_BASES(X, ...) X(scalar, __VA_ARGS__)
#define TC_ISAS(X, ...) X(scalar, scalar, __VA_ARGS__)
#endif

/// TC_PROTOTYPES(type, name) declares name__isa of a function or table type for
/// every base.
#define TC_PROTOTYPES(TYPE, NAME) TC_BASES(TC_PROTOTYPE, TYPE, NAME)
#define TC_PROTOTYPE(ISA, TYPE, NAME) TYPE NAME##__##ISA;

#endif
