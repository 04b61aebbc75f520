// A pool of worker threads for regions of a few microseconds: workers spin for 100 µs before they park.
#define _GNU_SOURCE // CPU_COUNT
#include "thread_pool.h"
#include <pthread.h>
#include <sched.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

enum { most_threads = 256, spin_nanoseconds = 100000, cache_line = 128 };

// `gate` holds generation << 16 | joined workers << 1 | open. A worker joins by raising the count while the
// gate is open; the caller shuts it, so late sleepers are not waited for, and leaves when the count is back
// at zero.
enum { gate_open = 1, gate_worker = 2, generation_shift = 16 };

static struct {
  alignas(cache_line) _Atomic uint64_t gate;
  alignas(cache_line) _Atomic size_t next;
  alignas(cache_line)
      tc_pool_body *body; // body, context, count: written only while the gate is shut and empty
  void *context;
  size_t count;
  alignas(cache_line) atomic_bool busy; // held by the thread whose region runs, or that changes the pool
  atomic_bool stopping;
  _Atomic unsigned sleepers;
  _Atomic size_t threads; // wanted, the caller included; 0 = not chosen yet
  size_t workers;         // running; guarded by `busy`
  pthread_t handles[most_threads];
  pthread_mutex_t mutex;
  pthread_cond_t wake;
} pool = {.mutex = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

static _Thread_local bool inside_region;

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void take_indices(void) {
  const size_t count = pool.count;
  for (size_t i; (i = atomic_fetch_add_explicit(&pool.next, 1, memory_order_relaxed)) < count;)
    pool.body(pool.context, i);
}

static bool has_news(uint64_t seen) {
  const uint64_t gate = atomic_load(&pool.gate);
  return ((gate & gate_open) && gate >> generation_shift != seen) || atomic_load(&pool.stopping);
}

static void wait_for_news(uint64_t seen) {
  const uint64_t deadline = now() + spin_nanoseconds;
  do
    for (int i = 0; i < 64; i++) {
      if (has_news(seen)) return;
      relax();
    }
  while (now() < deadline);
  pthread_mutex_lock(&pool.mutex);
  atomic_fetch_add(&pool.sleepers,
                   1); // before the last look: the caller opens the gate, then reads `sleepers`
  while (!has_news(seen)) pthread_cond_wait(&pool.wake, &pool.mutex);
  atomic_fetch_sub(&pool.sleepers, 1);
  pthread_mutex_unlock(&pool.mutex);
}

static void *work(void *unused) {
  (void)unused;
  inside_region = true;
  for (uint64_t seen = UINT64_MAX;;) {
    wait_for_news(seen);
    if (atomic_load(&pool.stopping)) return NULL;
    uint64_t gate = atomic_load(&pool.gate);
    while ((gate & gate_open) && !atomic_compare_exchange_weak(&pool.gate, &gate, gate + gate_worker)) {
    }
    if (!(gate & gate_open)) continue;
    seen = gate >> generation_shift;
    take_indices();
    atomic_fetch_sub(&pool.gate, gate_worker);
  }
}

static void wake_sleepers(void) {
  if (atomic_load(&pool.sleepers) == 0) return;
  pthread_mutex_lock(&pool.mutex);
  pthread_cond_broadcast(&pool.wake);
  pthread_mutex_unlock(&pool.mutex);
}

static void stop_workers(void) {
  atomic_store(&pool.stopping, true);
  wake_sleepers();
  for (size_t i = 0; i < pool.workers; i++) pthread_join(pool.handles[i], NULL);
  pool.workers = 0;
  atomic_store(&pool.stopping, false);
}

// A thread that cannot be started is done without: the region is slower, its numbers are the same.
static void start_workers(size_t wanted) {
  while (pool.workers < wanted && pthread_create(&pool.handles[pool.workers], NULL, work, NULL) == 0)
    pool.workers++;
}

static bool seize(void) { return !atomic_exchange(&pool.busy, true); }

void tc_pool_run(size_t count, tc_pool_body *body, void *context) {
  const size_t threads = tc_pool_thread_count();
  if (count <= 1 || threads == 1 || inside_region || !seize()) {
    for (size_t i = 0; i < count; i++) body(context, i);
    return;
  }
  inside_region = true;
  if (pool.workers + 1 != threads) start_workers(threads - 1);
  pool.body = body;
  pool.context = context;
  pool.count = count;
  atomic_store_explicit(&pool.next, 0, memory_order_relaxed);
  const uint64_t generation = (atomic_load(&pool.gate) >> generation_shift) + 1;
  atomic_store(&pool.gate, generation << generation_shift | gate_open);
  wake_sleepers();
  take_indices();
  atomic_fetch_sub(&pool.gate, gate_open);
  for (unsigned spins = 0; atomic_load(&pool.gate) != generation << generation_shift; spins++)
    if (spins % 4096 == 4095) {
      sched_yield(); // the worker we wait for may need this very core
    } else {
      relax();
    }
  inside_region = false;
  atomic_store(&pool.busy, false);
}

// The processors this process may use, which Slurm and containers make fewer than the machine has.
static long usable_processors(void) {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
  return sysconf(_SC_NPROCESSORS_ONLN);
}

size_t tc_pool_thread_count(void) {
  const size_t threads = atomic_load_explicit(&pool.threads, memory_order_relaxed);
  if (threads > 0) return threads;
  const long online = usable_processors();
  const size_t chosen = online < 1 ? 1 : online > most_threads ? most_threads : (size_t)online;
  size_t expected = 0;
  return atomic_compare_exchange_strong(&pool.threads, &expected, chosen) ? chosen : expected;
}

bool tc_pool_set_thread_count(size_t threads) {
  if (inside_region) return false;
  while (!seize()) sched_yield();
  stop_workers();
  atomic_store(&pool.threads, threads < 1 ? 1 : threads > most_threads ? most_threads : threads);
  atomic_store(&pool.busy, false);
  return true;
}
