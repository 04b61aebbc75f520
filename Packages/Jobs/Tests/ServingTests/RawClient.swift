import Foundation
import Logging

@testable import Serving

/// A server of pages in this process. The page `/large` has 32 MiB.
final class PageServer {
  static let large = 32 << 20
  let server: Server
  let port: Int

  init(_ change: (inout ServerLimits) -> Void = { _ in }) async throws {
    var options = ServerOptions()
    options.port = 0
    change(&options.limits)
    server = try Server(options, logger: .init(label: "test") { _ in QuietLog() }) { path in
      path == "/large" ? .page(Data(count: Self.large)) : .page(Data("page \(path)".utf8))
    }
    port = try await server.start()
  }
}

/// What `body` returns, which waits on a thread that is none of the server's tasks'.
func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    Thread { continuation.resume(with: Result { try body() }) }.start()
  }
}

/// A TCP client that sends what it is told to, byte by byte. Its calls wait: see `blocking`.
final class RawClient: Sendable {
  private let descriptor: Int32

  init(_ port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw POSIXError(.ECONNREFUSED) }
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  /// - Returns: Whether the server takes it.
  @discardableResult
  func send(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  /// What comes next; empty at the end, `nil` where nothing comes for 20 s or the connection is reset.
  func receive(_ count: Int = 1 << 16) -> [UInt8]? {
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = max(recv(descriptor, buffer.baseAddress, count, 0), 0)
    }
    return bytes.isEmpty && errno == EAGAIN ? nil : bytes
  }

  /// Everything until the server closes the connection.
  func rest() -> String {
    var bytes: [UInt8] = []
    errno = 0
    while let part = receive(), !part.isEmpty { bytes += part }
    return String(decoding: bytes, as: UTF8.self)
  }
}
