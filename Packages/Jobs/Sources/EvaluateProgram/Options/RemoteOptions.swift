import ArgumentParser
import Basics
import Foundation
import Jobs

/// How a server is asked that holds the model: `--backbone openai:URL#MODEL`.
struct RemoteOptions: ParsableArguments, Sendable {
  @Option(
    help: ArgumentHelp(
      "A file with the key of an OpenAI-compatible server; else OPENAI_API_KEY of the environment.",
      valueName: "file"), transform: givenPath)
  var apiKeyFile: String?
  @Option(
    help: ArgumentHelp("How many requests such a server gets at once; 16 where not given.", valueName: "n"))
  var concurrency: Int?
  @Option(help: ArgumentHelp("The most requests that such a server gets in this run.", valueName: "n"))
  var maxRequests: Int?
  @Option(
    help: ArgumentHelp("The most tokens that such a server reads and writes in this run.", valueName: "n"))
  var maxTokens: Int?
  @Option(help: ArgumentHelp("The most requests that such a server gets in a minute.", valueName: "n"))
  var requestsPerMinute: Int?

  func validate() throws {
    func require(_ value: Int?, _ name: String, atMost most: Int = 1 << 20) throws {
      guard let value, !(1...most).contains(value) else { return }
      throw ValidationError("--\(name) must be from 1 to \(most), found \(value)")
    }
    try require(concurrency, "concurrency")
    try require(maxRequests, "max-requests")
    try require(maxTokens, "max-tokens", atMost: 1 << 50)
    try require(requestsPerMinute, "requests-per-minute")
  }

  /// Whether a backbone is one that a server holds.
  static func isServer(_ backbone: String?) -> Bool { backbone?.hasPrefix(RemoteModelSpec.scheme) ?? false }

  /// What a job on such a model is called: the last part of the model's name, or `served`.
  static func name(_ backbone: String) -> String {
    let model = backbone.split(separator: "#", maxSplits: 1).dropFirst().first ?? ""
    let name = model.split(separator: "/").last.map(String.init) ?? ""
    return name.isEmpty || name.hasPrefix(".") ? "served" : name
  }

  /// The server that a backbone names; `nil` for one that is loaded.
  ///
  /// - Throws: ``JobError`` for a file of a key that is missing or empty, and for options of a server where there is none.
  func spec(
    _ backbone: String?, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(JobError) -> RemoteModelSpec? {
    guard let backbone, Self.isServer(backbone) else {
      try refuse()
      return nil
    }
    var spec = RemoteModelSpec(backbone)
    spec.key = try key(environment)
    spec.concurrency = concurrency ?? spec.concurrency
    (spec.maxRequests, spec.requestsPerMinute) = (maxRequests, requestsPerMinute)
    spec.maxTokens = maxTokens
    return spec
  }

  /// Refuses the options for a model that no server holds.
  private func refuse() throws(JobError) {
    let given = [
      ("--api-key-file", apiKeyFile != nil), ("--concurrency", concurrency != nil),
      ("--max-requests", maxRequests != nil), ("--max-tokens", maxTokens != nil),
      ("--requests-per-minute", requestsPerMinute != nil),
    ]
    guard let (name, _) = given.first(where: \.1) else { return }
    throw JobError(.option(name, .isFor("a model that a server holds, --backbone openai:URL#MODEL")))
  }

  private func key(_ environment: [String: String]) throws(JobError) -> String? {
    guard let apiKeyFile else { return environment["OPENAI_API_KEY"].flatMap { $0.isEmpty ? nil : $0 } }
    let data = try JobError.contents(of: apiKeyFile, .key)
    let key = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard !key.isEmpty, !key.contains(where: \.isNewline) else {
      throw JobError(.malformedFile(path: apiKeyFile, .noKey))
    }
    return key
  }
}
