#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The Python program that calls the functions of task files, from the folder script/ beside this target's
/// source.
///
/// Returns `*count` bytes of UTF-8, constant, alive as long as the process.
const char *cbridge_script(size_t *count);

#ifdef __cplusplus
}
#endif
