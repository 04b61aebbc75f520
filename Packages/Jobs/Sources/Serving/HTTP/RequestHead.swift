import Basics
import Foundation

/// What a request says before its body.
///
/// - Source: RFC 9112, *HTTP/1.1*, §2 to §7; RFC 9110, *HTTP Semantics*, §5.
struct RequestHead: Equatable, Sendable {
  /// How the length of a body is told.
  enum Body: Equatable, Sendable {
    case bytes(Int)
    case chunked
  }

  /// The most bytes of a head, its line ends included.
  static let mostBytes = 1 << 16

  var method: String
  /// Path and query as they came.
  var target: String
  /// Whether the version is 1.1, not 1.0.
  var isCurrent: Bool
  /// By names in lower case.
  private(set) var fields: [String: String] = [:]
  private(set) var body = Body.bytes(0)

  /// - Throws: ``APIError`` for lines that are no head.
  init(_ lines: [[UInt8]]) throws(APIError) {
    let words = Self.text(lines[0]).split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard words.count == 3, Self.isToken(words[0]), !words[1].isEmpty, words[2].hasPrefix("HTTP/") else {
      throw APIError(400, "the first line must be 'METHOD PATH HTTP/1.1', found '\(Self.shown(lines[0]))'")
    }
    guard words[2].hasPrefix("HTTP/1.") else {
      throw APIError(505, "the version must be HTTP/1.1 or HTTP/1.0, found '\(words[2].prefix(20))'")
    }
    (method, isCurrent) = (words[0], words[2] != "HTTP/1.0")
    target = Self.target(words[1])
    for line in lines.dropFirst() { try add(line) }
    if isCurrent, fields["host"] == nil { throw APIError(400, "the header 'Host' is missing") }
    body = try length()
  }

  /// Waits for the next request.
  ///
  /// - Parameter seconds: How long its head may take from its first byte on.
  /// - Returns: `nil` where none begins, or one breaks off.
  /// - Throws: ``APIError`` for one that is no request or takes too long.
  static func next(
    _ reader: ConnectionReader, _ connection: Connection, seconds: Double
  ) async throws -> RequestHead? {
    connection.note(isIdle: true)
    if reader.isEmpty {
      guard try await reader.fill() else { return nil }
    }
    connection.note(isIdle: false)
    let end = ContinuousClock.now + .seconds(seconds)
    var room = mostBytes
    var lines: [[UInt8]] = []
    while true {
      guard let line = try await reader.line(room: &room, until: end) else {
        guard connection.isLate || end < .now else { return nil }
        throw APIError(408, "the head of a request took more than \(seconds) s", code: "timeout")
      }
      if !line.isEmpty {
        lines.append(line)
      } else if !lines.isEmpty {  // empty lines before a request are none of it
        return try RequestHead(lines)
      }
    }
  }

  var path: String { String(target.prefix { $0 != "?" }) }

  /// Whether the client waits for a word before it sends the body.
  var awaitsContinue: Bool { isCurrent && fields["expect"]?.lowercased() == "100-continue" }

  /// Whether the connection may carry another request.
  var keepsConnection: Bool {
    let options = (fields["connection"] ?? "").lowercased().split(separator: ",")
      .map { $0.trimmingCharacters(in: .whitespaces) }
    return isCurrent ? !options.contains("close") : options.contains("keep-alive")
  }

  private mutating func add(_ line: [UInt8]) throws(APIError) {
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? 0
    let name = Self.text(Array(line[..<colon])).lowercased()
    let value = Self.text(Array(line.dropFirst(colon + 1)))
      .trimmingCharacters(in: CharacterSet(charactersIn: " \t"))
    // What differs from reader to reader is refused: a line that goes on with the one before, a space before the colon.
    guard Self.isToken(name), !line.contains(0), !line.contains(UInt8(ascii: "\r")) else {
      throw APIError(400, "a header must be 'Name: value', found '\(Self.shown(line))'")
    }
    guard let known = fields[name] else {
      fields[name] = value
      return
    }
    if name == "host" || name == "content-length", value != known {
      throw APIError(400, "the header '\(name)' is there twice")
    }
    if name != "host", name != "content-length" { fields[name] = known + ", " + value }
  }

  private func length() throws(APIError) -> Body {
    if let coding = fields["transfer-encoding"] {
      // Where both are there, readers differ in where the next request begins.
      guard fields["content-length"] == nil, isCurrent else {
        throw APIError(400, "'Transfer-Encoding' goes with HTTP/1.1 and without 'Content-Length'")
      }
      guard coding.lowercased() == "chunked" else {
        throw APIError(501, "the only 'Transfer-Encoding' is 'chunked', found '\(coding.prefix(40))'")
      }
      return .chunked
    }
    guard let text = fields["content-length"] else { return .bytes(0) }
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(text) else {
      throw APIError(400, "'Content-Length' must be a number of bytes, found '\(text.prefix(40))'")
    }
    return .bytes(count)
  }

  /// Path and query of a target, which proxies write with scheme and host before them.
  private static func target(_ text: String) -> String {
    guard !text.hasPrefix("/"), let scheme = text.range(of: "://") else { return text }
    let rest = text[scheme.upperBound...]
    return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
  }

  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// A line as an error shows it: short, and without what a terminal obeys.
  private static func shown(_ line: [UInt8]) -> String {
    String(
      decoding: line.prefix(60).map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
  }
}
