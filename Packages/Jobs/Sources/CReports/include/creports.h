#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The style of pages, from the folder page/ beside this target's source.
///
/// Returns `*count` bytes of UTF-8, constant, alive as long as the process; so do the others.
const char *creports_style(size_t *count);

/// The program of a report: its parts one after the other.
const char *creports_program(size_t *count);

/// The program of a page that is renewed while a run is under way.
const char *creports_live(size_t *count);

#ifdef __cplusplus
}
#endif
