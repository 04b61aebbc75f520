#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A file that lies inside the binary, from the folder data/ beside this target's source.
///
/// bytes: [count], 64-byte aligned, constant, alive as long as the process. name: without a folder, ends in
/// NUL.
typedef struct bundled_file {
  const char *name;
  const void *bytes;
  size_t count;
} bundled_file;

/// The number of bundled files.
size_t bundled_file_count(void);

/// The file at an index below bundled_file_count(), unchecked, in the order of their names.
bundled_file bundled_file_at(size_t index);

/// The file of a name, such as "checkpoint.h5"; its bytes are NULL and its count 0 if there is none.
bundled_file bundled_file_named(const char *name);

#ifdef __cplusplus
}
#endif
