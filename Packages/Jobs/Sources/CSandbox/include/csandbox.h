#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What stands between a program and the machine.
typedef enum {
  /// No address but the program's own: a network namespace without interfaces.
  CSANDBOX_NETWORK = 1,
  /// Everything is read-only but the scratch folder, which is memory of a limited size; no devices.
  CSANDBOX_FILES = 2,
  /// Neither sees nor outlives others: a process namespace.
  CSANDBOX_PROCESSES = 4,
  /// Calls that reach the kernel's administration, other processes or a network fail: a seccomp filter.
  CSANDBOX_CALLS = 8,
  /// Memory, processor time, sizes of files, their number.
  CSANDBOX_LIMITS = 16,
} csandbox_wall;

typedef struct {
  /// The program with its arguments and environment, each ended by a null pointer.
  const char *const *arguments;
  const char *const *environment;
  /// An empty folder that is the program's own.
  const char *scratch;
  /// Bytes of address space.
  uint64_t memory;
  /// Bytes of a file, and of all in the scratch folder.
  uint64_t files;
  /// Seconds of processor time.
  uint32_t seconds;
} csandbox_program;

/// Starts a program behind as many walls as the system gives.
///
/// @param input The descriptor that becomes its standard input.
/// @param output The descriptor that becomes its descriptor 3. Its standard output and error go nowhere.
/// @param walls Gets the walls that stand, of ``csandbox_wall``.
/// @return The identifier of a process that ends with the program and whose group holds it, or -1 with
/// `errno`.
int csandbox_start(const csandbox_program *program, int input, int output, uint32_t *walls);

/// The Python program that runs another one, from the folder script/ beside this target's source.
///
/// Returns `*count` bytes of UTF-8, constant, alive as long as the process.
const char *csandbox_script(size_t *count);

#ifdef __cplusplus
}
#endif
