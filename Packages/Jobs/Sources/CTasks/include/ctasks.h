#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The text of a bundled task definition, from the folder definitions/ beside this target's source.
///
/// name: without folder and ending, ends in NUL. Returns `*count` bytes of UTF-8, constant, alive as long as
/// the process; NULL and a count of 0 if there is none of that name.
const char *ctasks_definition(const char *name, size_t *count);

#ifdef __cplusplus
}
#endif
