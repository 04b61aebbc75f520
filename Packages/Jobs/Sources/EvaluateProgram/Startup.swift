import Foundation
import Jobs

/// What a process needs from the system before it does anything.
enum Startup {
  /// The least number of files that a process may open beside its standard streams.
  private static let leastFiles = 9

  /// - Throws: ``JobError`` where too few files may be open.
  static func prepare() throws(JobError) {
    openStandardStreams()
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
