// Both kernels of one set of isas.h: included once for each, with
//
//   ISA              its name
//   COLUMN_VECTORS   TILE of attention_body.h
#define JOIN(A, B) JOIN_(A, B)
#define JOIN_(A, B) A##B

#define NAME(X) JOIN(X##_f32__, ISA)
#define TARGET JOIN(TC_TARGET_, ISA)
#define TILE COLUMN_VECTORS
#define UNIT 1
#define ACCUMULATE MULTIPLY_ADD
#include "attention_body.h"

#define NAME(X) JOIN(X##_bf16__, ISA)
#define TARGET JOIN(TC_TARGET_, ISA)
#define TILE COLUMN_VECTORS
#define UNIT 2
#define ACCUMULATE MULTIPLY_ADD_PAIR
#include "attention_body.h"

#undef JOIN
#undef JOIN_
#undef ISA
#undef COLUMN_VECTORS
