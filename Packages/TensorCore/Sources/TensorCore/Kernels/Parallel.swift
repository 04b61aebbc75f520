/// Runs `body` on neighbouring ranges that cover `0 ..< count`, each of at least about `grain` items, on the thread pool
/// when there is more than one. No result may depend on where the cuts are.
func inParallel(_ count: Int, grain: Int, _ body: @Sendable (Range<Int>) -> Void) {
  let parts = min(count / max(grain, 1), ThreadPool.shared.threadCount * 4)
  guard parts > 1, ThreadPool.shared.threadCount > 1 else {
    if count > 0 { body(0..<count) }
    return
  }
  ThreadPool.shared.run(parts) { part in
    body(count * part / parts..<count * (part + 1) / parts)
  }
}
