import Foundation
import Jobs

/// What a process needs from the system before it does anything.
enum Startup {
  /// The least number of files that a process may open beside its standard streams.
  private static let leastFiles = 9

  /// The least stack of a thread, in bytes; regular expressions and templates that nest need most of it.
  private static let leastStack = 1 << 20

  /// What the run of a small model takes of address space beside stacks, in bytes, with room to spare.
  private static let leastMemory = 1 << 28

  /// - Throws: ``JobError`` where too few files may be open, or there is too little memory for threads.
  static func prepare() throws(JobError) {
    openStandardStreams()
    try checkStack()
    try checkAddressSpace()
    // A write beyond the limit of a file's size then fails with an error.
    signal(SIGXFSZ, SIG_IGN)
    try checkDescriptors()
  }

  /// Puts an empty file where a standard stream is closed, so that no file that is opened later takes its place. Writing to
  /// standard output still fails, because it is opened for reading.
  private static func openStandardStreams() {
    for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) == -1 {
      _ = open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  private static func checkStack() throws(JobError) {
    guard let limit = limit(of: RLIMIT_STACK), limit < leastStack else { return }
    throw JobError(.memoryLimit(.stack, found: limit, needed: leastStack))
  }

  /// Ends the process.
  ///
  /// Where the address space is limited, OpenBLAS's threads may be waiting for memory that never comes, and its exit handler
  /// for them.
  static func leave(_ code: Int32) -> Never {
    guard limit(of: RLIMIT_AS) != nil else { exit(code) }
    fflush(nil)
    _exit(code)
  }

  /// Where a thread cannot be made, Dispatch waits for memory that never comes; it makes some while a run is under way, so
  /// what a small model's run takes must be free, too. A larger model can still come to that point.
  private static func checkAddressSpace() throws(JobError) {
    guard let limit = limit(of: RLIMIT_AS) else { return }
    let stacks =
      min(self.limit(of: RLIMIT_STACK) ?? 1 << 23, 1 << 23) * ProcessInfo.processInfo.processorCount
    let needed = leastMemory + 2 * stacks
    let free = mmap(nil, needed, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let free, free != MAP_FAILED else {
      throw JobError(.memoryLimit(.addressSpace, found: limit, needed: needed))
    }
    munmap(free, needed)
  }

  /// A limit of the system in bytes; `nil` where there is none.
  private static func limit(of resource: __rlimit_resource) -> Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0, limit.rlim_cur < UInt(Int.max)
    else { return nil }
    return Int(clamping: limit.rlim_cur)
  }

  private static func checkDescriptors() throws(JobError) {
    var opened: [Int32] = []
    defer { for descriptor in opened { close(descriptor) } }
    while opened.count < leastFiles {
      let descriptor = open("/dev/null", O_RDONLY)
      guard descriptor >= 0 else {
        throw JobError(.openFiles(found: opened.count, needed: leastFiles))
      }
      opened.append(descriptor)
    }
  }
}
