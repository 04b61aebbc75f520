import Foundation
import Testing

@testable import Serving

/// In a process of its own: where other tests keep all threads busy for half a minute, limits of half a second are meaningless.
@Suite(
  "Connections of a server",
  .enabled(
    if: ProcessInfo.processInfo.environment["ASSAY_ALONE"] != nil, "run by ci/test in a process of its own"))
struct ConnectionTests {
  private static let get = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"

  /// What is sent, and what comes back until the server closes, with the seconds that it took.
  private func exchange(
    _ server: PageServer, _ text: String
  ) async throws -> (reply: String, seconds: Double) {
    let (start, port) = (ContinuousClock.now, server.port)
    let reply = try await blocking {
      let client = try RawClient(port)
      client.send(text)
      return client.rest()
    }
    return (reply, (ContinuousClock.now - start) / .seconds(1))
  }

  @Test("Requests that come together are answered in turn, and HEAD, HTTP/1.0 and 'close' as they say")
  func answers() async throws {
    let server = try await PageServer()
    let close = "GET /b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    let two = try await exchange(server, "\r\n" + Self.get + close).reply
    #expect(two.components(separatedBy: "HTTP/1.1 200 OK").count == 3)
    #expect(two.contains("page /a") && two.hasSuffix("page /b") && two.contains("Connection: close"))
    let old = try await exchange(server, "GET /c?d HTTP/1.0\r\nHost: localhost\r\n\r\n").reply
    #expect(old.hasSuffix("\r\n\r\npage /c?d"))
    let head = try await exchange(server, close.replacing("GET", with: "HEAD")).reply
    #expect(head.contains("Content-Length: 7") && head.hasSuffix("\r\n\r\n"))
    await server.server.stop(within: 1)
  }

  @Test("What is no request is answered with 400 and closed")
  func malformed() async throws {
    let server = try await PageServer()
    let reply = try await exchange(server, "nonsense\r\n\r\n" + Self.get)
    #expect(reply.reply.hasPrefix("HTTP/1.1 400 Bad Request") && reply.seconds < 5)
    #expect(reply.reply.contains(#""type": "invalid_request_error""#), "\(reply.reply)")
    #expect(!reply.reply.contains("page"))
    let long = try await exchange(server, "GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 70_000))
      .reply
    #expect(long.hasPrefix("HTTP/1.1 431"))
    // The end of a refused body is found, chunked or not, and the next request behind it.
    let chunks =
      "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nT: 1\r\n\r\n"
    let close = Self.get.replacing("\r\n\r\n", with: "\r\nConnection: close\r\n\r\n")
    let refused = try await exchange(server, chunks + close).reply
    #expect(refused.hasPrefix("HTTP/1.1 405") && refused.hasSuffix("page /a"), "\(refused)")
    let lying = try await exchange(server, chunks.replacing("3;", with: "2;") + close).reply
    #expect(lying.hasPrefix("HTTP/1.1 405") && !lying.contains("page"))
    await server.server.stop(within: 1)
  }

  @Test("A client that waits for a word before its body gets the refusal at once")
  func expectation() async throws {
    let server = try await PageServer()
    let reply = try await exchange(
      server, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n")
    #expect(reply.reply.hasPrefix("HTTP/1.1 405") && reply.seconds < 5)
    await server.server.stop(within: 1)
  }

  @Test("A connection that sends nothing is closed, a head that is too slow is answered with 408")
  func slow() async throws {
    let server = try await PageServer {
      $0.idleSeconds = 0.6
      $0.headSeconds = 0.8
    }
    let idle = try await exchange(server, "")
    #expect(idle.reply.isEmpty && idle.seconds > 0.5 && idle.seconds < 5)
    let half = try await exchange(server, "GET / HTTP/1.1\r\nHo")
    #expect(half.reply.hasPrefix("HTTP/1.1 408") && half.seconds < 5)
    // Each byte comes in time, all of them do not.
    let client = try RawClient(server.port)
    let start = ContinuousClock.now
    for byte in "GET / HTTP/1.1\r\nHost: localhost\r\nX: 12" where ContinuousClock.now - start < .seconds(5) {
      client.send(String(byte))
      try await Task.sleep(for: .milliseconds(50))
    }
    let rest = try await blocking { client.rest() }
    #expect(rest.hasPrefix("HTTP/1.1 408"))
    // A body that stops.
    let body = try await exchange(
      server, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc")
    #expect(body.reply.hasPrefix("HTTP/1.1 405") && body.seconds < 5)
    await server.server.stop(within: 1)
  }

  @Test("A client that takes nothing is closed, one that takes little at a time gets all")
  func slowReader() async throws {
    let server = try await PageServer { $0.idleSeconds = 0.5 }
    let request = Self.get.replacing("/a", with: "/large")
    let (stuck, steady) = (try RawClient(server.port), try RawClient(server.port))
    stuck.send(request)
    steady.send(request)
    var count = 0
    while count < PageServer.large, let part = try await blocking({ steady.receive(1 << 20) }), !part.isEmpty
    {
      count += part.count
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(count > PageServer.large)
    try await Task.sleep(for: .seconds(1))
    let taken = try await blocking { stuck.rest().utf8.count }
    #expect(taken < PageServer.large)
    await server.server.stop(within: 1)
  }

  @Test("A server has at most as many connections as allowed, and room again when one goes")
  func limit() async throws {
    let server = try await PageServer { $0.connections = 2 }
    var clients = try (0..<2).map { _ in try RawClient(server.port) }
    for client in clients {
      client.send(Self.get)
      let reply = try await blocking { client.receive() }
      #expect(reply.map { String(decoding: $0, as: UTF8.self) }?.contains("200") == true)
    }
    let third = try await exchange(server, "").reply
    #expect(third.isEmpty)
    clients.removeLast()
    try await Task.sleep(for: .milliseconds(300))
    let next = try RawClient(server.port)
    next.send(Self.get)
    let reply = try await blocking { next.receive() }
    #expect(reply?.isEmpty == false)
    await server.server.stop(within: 1)
  }

  @Test("A server's memory does not grow with the number of requests")
  func memory() async throws {
    let server = try await PageServer()
    let port = server.port
    func ask(_ count: Int) async throws {
      try await blocking {
        let client = try RawClient(port)
        for _ in 0..<count {
          client.send(Self.get)
          try #require(client.receive()?.isEmpty == false)
        }
      }
    }
    try await ask(2000)
    let before = try Self.residentBytes()
    try await ask(20_000)
    // A timer of 0.8 kB for each would be 16 MB.
    #expect(try Self.residentBytes() - before < 6 << 20)
    await server.server.stop(within: 1)
  }

  private static func residentBytes() throws -> Int {
    let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[1]
    return try #require(Int(pages)) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}
