import Basics
import Foundation
import FoundationNetworking

/// `evaluate serve`, or `view`, as a process, at a port that the system chose.
final class Served {
  let port: Int
  let process: Process
  private let folder: TemporaryFolder

  /// Starts the server and waits until it answers.
  init(
    _ arguments: [String], in folder: TemporaryFolder, environment: [String: String] = [:],
    command: String = "serve"
  ) throws {
    self.folder = folder
    process = try Program.start(
      [command, "--port", "0"] + arguments, in: folder, environment: environment)
    port = try Self.port(of: process, in: folder)
  }

  deinit {
    process.terminate()
    process.waitUntilExit()
  }

  var base: String { "http://127.0.0.1:\(port)" }
  var log: String { (try? folder.read(Program.errors)) ?? "" }

  private static func port(of process: Process, in folder: TemporaryFolder) throws -> Int {
    for _ in 0..<1500 {
      let log = try folder.read(Program.errors)
      if let match = log.firstMatch(of: /http:\/\/[^ ]*:([0-9]+)\//), let port = Int(match.1) {
        return port
      }
      guard process.isRunning else { break }
      Thread.sleep(forTimeInterval: 0.02)
    }
    throw ServedError(message: "the server did not start: \(try folder.read(Program.errors))")
  }

  /// Sends a request; one with a body is a POST of JSON.
  func send(
    _ path: String, body: String? = nil, headers: [String: String] = [:], method: String? = nil
  ) throws -> (status: Int, text: String, headers: [String: String]) {
    var request = URLRequest(url: URL(string: base + path)!, timeoutInterval: 60)
    if let body {
      request.httpMethod = "POST"
      request.httpBody = Data(body.utf8)
      request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    }
    if let method { request.httpMethod = method }
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    let done = DispatchSemaphore(value: 0)
    let box = ReplyBox()
    URLSession.shared.dataTask(with: request) { data, response, error in
      box.put(data, response as? HTTPURLResponse, error)
      done.signal()
    }.resume()
    done.wait()
    return try box.reply()
  }

  /// The object that a request is answered with.
  func json(_ path: String, _ body: String? = nil) throws -> JSONObject {
    let reply = try send(path, body: body)
    guard reply.status == 200, let object = try JSONValue(Array(reply.text.utf8)).object else {
      throw ServedError(message: "\(path): \(reply.status) \(reply.text)")
    }
    return object
  }
}

struct ServedError: Error, CustomStringConvertible {
  var message: String
  var description: String { message }
}

/// Carries a reply out of a callback, which comes before it is read.
private final class ReplyBox: @unchecked Sendable {
  private var value: (Data?, HTTPURLResponse?, (any Error)?)

  func put(_ data: Data?, _ response: HTTPURLResponse?, _ error: (any Error)?) {
    value = (data, response, error)
  }

  func reply() throws -> (status: Int, text: String, headers: [String: String]) {
    guard let response = value.1 else { throw value.2 ?? ServedError(message: "no response") }
    var headers: [String: String] = [:]
    for (name, field) in response.allHeaderFields { headers["\(name)".lowercased()] = "\(field)" }
    return (response.statusCode, String(decoding: value.0 ?? Data(), as: UTF8.self), headers)
  }
}
