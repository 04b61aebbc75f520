import Backbones
import Basics
public import Chat
public import Configurate
import Digests
import Evaluations
import Foundation
public import Jobs
import Journals
public import Models
import RemoteModels
import Templating
public import Tokenization

/// `openai/evaluate`: the configured evaluations on a model that an OpenAI-compatible server holds.
///
/// The server is looked at before anything is asked. It is named on the command line, not by settings, which others may
/// have written.
public final class RemoteEvaluate: Evaluate<Backbone> {
  override public class var summary: String { "evaluates a model behind an OpenAI-compatible address" }
  override public class var settings: [any Settings.Type] {
    [EvaluatorConfig.self, SamplingSettings.self, BackboneSettings.self]
  }
  override public class var modelSettings: [any Settings.Type] { [] }
  override public class var needsCheckpoint: Bool { false }

  /// - Throws: Also `RemoteError` for a server that cannot be reached, or that lacks what the evaluations need.
  public required init(spec: ExecutionSpec) throws {
    try super.init(spec: spec)
    let server = try Self.server(spec)
    if chatContext.isForced, let failure = server.chat.failure { throw failure }
    origin = server.identity
  }

  /// The server as it was found, once a job.
  private static func server(_ spec: ExecutionSpec) throws -> RemoteModel {
    guard let remote = spec.remote else {
      throw JobError(.unfit(job: "openai/evaluate", .needsServer))
    }
    return try spec.remoteSlot.model {
      try RemoteModel(
        remote, hasTokenizer: namesTokenizer, asksInChat: configure(EvaluatorConfig.self).asksInChat)
    }
  }

  private static var namesTokenizer: Bool {
    get throws { try configure(BackboneSettings.self).tokenizer != BackboneSettings.ownTokenizer }
  }

  /// The tokenizer that the server keeps, unless the settings name another.
  override public class func makeTokenizer(_ spec: ExecutionSpec) throws -> any Tokenizer {
    if try namesTokenizer { return try super.makeTokenizer(spec) }
    return try server(spec).tokenizer()
  }

  override public var chat: ChatFormat { (try? Self.server(spec))?.chat ?? super.chat }

  /// Server, model and revision.
  override public func weightsIdentity() throws -> String? { try Self.server(spec).identity }

  override public func load() throws {
    throw JobError(.served)
  }

  /// There is nothing to load; whether results can be written is seen before anything is asked.
  override public func prepare() throws { try spec.checkWritable() }

  override func responder() throws -> Responder {
    let server = try Self.server(spec)
    return Responder(
      source: RemoteResponses(server, tokenizer: tokenizer, journal: try journal(of: server)),
      blockSize: server.blockSize,
      vocabularySize: nil, mode: Self.mode, kernels: Self.mode)
  }

  override func planner() throws -> Planner {
    let server = try Self.server(spec)
    let exists = FileManager.default.fileExists(atPath: journalPath(of: server))
    return Planner(
      blockSize: server.blockSize, vocabularySize: nil, mode: Self.mode,
      journal: exists ? try journal(of: server) : nil,
      demand: { _, open in
        try server.checkAbility(open)
        return .server(server.traffic(of: open))
      })
  }

  /// Stands where others have how and by which kernels products are computed.
  private static var mode: String { "served" }

  private func journalPath(of server: RemoteModel) -> String {
    "\(spec.root)/journal/openai-\(Digest.sha256(of: server.identity).prefix(16)).sqlite"
  }

  private func journal(of server: RemoteModel) throws -> Journal {
    try Journal(
      path: journalPath(of: server),
      identity: JournalIdentity(tokenizer: tokenizer.identity, numerics: server.identity))
  }
}
