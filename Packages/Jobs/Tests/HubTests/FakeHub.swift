import Foundation
import Hub

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A small Hub on this machine, with a cache of its own; both go when the value does.
final class FakeHub {
  struct Request: Decodable, Equatable {
    var method: String
    var path: String
    var host: String
    var token: String?
    var range: String?
    var ifRange: String?
  }

  static let python: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(
    separator: ":"
  )
  .map { "\($0)/python3" }.first { FileManager.default.isExecutableFile(atPath: $0) }

  static let commit = "0123456789abcdef0123456789abcdef01234567"
  static let weights = Data((0..<(256 * 4096)).map { UInt8(truncatingIfNeeded: $0) })

  let home: String
  /// How often a busy server is asked again.
  var retries = 1
  let port: Int
  private let process = Process()
  private let input = Pipe()

  init() throws {
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/hub.py")
    let output = Pipe()
    process.executableURL = URL(filePath: Self.python ?? "/usr/bin/python3")
    process.arguments = [script.path]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw HubError(.broken(host: "127.0.0.1", .noResponse))
    }
    self.port = port
    home = FileManager.default.temporaryDirectory.appending(path: "hub-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
    try? FileManager.default.removeItem(atPath: home)
  }

  var cache: String { "\(home)/hub" }

  func settings(_ more: [String: String] = [:]) throws -> HubSettings {
    var settings = try HubSettings(
      environment: ["HF_HOME": home, "HF_ENDPOINT": "http://127.0.0.1:\(port)"].merging(more) { $1 })
    settings.pace.silence = 10
    settings.retries = retries
    return settings
  }

  func folder(of model: String, _ more: [String: String] = [:]) throws -> String {
    try HubClient(settings(more)).folder(of: HubModel(model))
  }

  func error(of model: String, _ more: [String: String] = [:]) throws -> HubError? {
    do {
      _ = try folder(of: model, more)
      return nil
    } catch let error as HubError { return error }
  }

  /// What lies in the cache under the names of blobs, finished or not.
  func blobs(of model: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(
      atPath: "\(cache)/models--\(model.replacing("/", with: "--"))/blobs")) ?? []
  }

  func requests() throws -> [Request] {
    guard let url = URL(string: "http://127.0.0.1:\(port)/log") else { return [] }
    return try JSONDecoder().decode([Request].self, from: Data(contentsOf: url))
  }
}
