#ifndef TC_THREAD_POOL_H
#define TC_THREAD_POOL_H

#include <stdbool.h>
#include <stddef.h>

/// One step of a parallel region: `index` is in 0 ..< count, each is taken exactly once, in no order.
typedef void tc_pool_body(void *context, size_t index);

/// Runs `body` for every index in 0 ..< count on the thread pool and the calling thread; returns when all are
/// done.
///
/// Indices are handed out one by one. If the thread pool is busy with another thread's region (or with one
/// that encloses this call), the caller runs every index itself: what a body writes must not depend on who
/// runs it.
void tc_pool_run(size_t count, tc_pool_body *body, void *context);

/// How many threads a region uses, the caller's included.
size_t tc_pool_thread_count(void);

/// Sets the number of threads (at least 1, at most 256; out of range is clamped), after the current region.
///
/// Returns false, and changes nothing, when it is called from inside a region.
bool tc_pool_set_thread_count(size_t threads);

#endif
