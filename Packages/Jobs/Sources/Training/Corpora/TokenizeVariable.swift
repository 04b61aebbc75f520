public import Configurate
import Foundation
public import Jobs
import Logging
import TensorCore
import Tokenization

/// `data/tokenize_variable_dataset`: texts as one stream of tokens, for pretraining.
public final class TokenizeVariable: TokenizeDataset {
  /// Settings of a stream alone.
  public struct StreamSettings: Settings {
    @Setting(
      "data/max_tokens",
      help:
        "Number of tokens at which the stream ends, with the document that reaches it; no end unless positive"
    )
    public var maxTokens = -1
    public init() {}
  }

  private let maxTokens: Int

  override public class var summary: String { "makes a stream of tokens of texts" }
  override public class var settings: [any Settings.Type] { super.settings + [StreamSettings.self] }

  public required init(spec: ExecutionSpec) throws {
    maxTokens = try configure(StreamSettings.self).maxTokens
    try super.init(spec: spec)
  }

  /// Ends the reading early.
  private struct Enough: Error {}

  override func write(to folder: DataFolder) throws -> TokenManifest {
    let train = try folder.writer("train.bin")
    let held = settings.heldOut > 0 ? try folder.writer("val.bin") : nil
    var stream = Stream(self, train, held)
    do {
      try documents().read { part in
        try stream.add(part)
        if maxTokens > 0, part.endsDocument, stream.count >= maxTokens { throw Enough() }
      }
    } catch is Enough {}
    try stream.finish()
    if stream.skipped > 0 { log.notice("\(stream.skipped) documents were left out: they are empty") }
    return TokenManifest(
      style: .pmd, element: element, tokenizer: tokenizer.identity, vocabularySize: tokenizer.vocabularySize,
      train: stream.train, val: held == nil ? nil : stream.held)
  }

  /// The two files as they grow.
  private struct Stream {
    private let job: TokenizeVariable
    private let files: (train: FileWriter, held: FileWriter?)
    private(set) var train = TokenManifest.Split(tokens: 0, documents: 0)
    private(set) var held = TokenManifest.Split(tokens: 0, documents: 0)
    private(set) var skipped = 0
    private var random: PythonRandom
    private var isInside = false
    private var isHeld = false

    init(_ job: TokenizeVariable, _ train: FileWriter, _ held: FileWriter?) {
      self.job = job
      files = (train, held)
      random = PythonRandom(seed: UInt64(job.settings.seed))
    }

    var count: Int { train.tokens + held.tokens }

    mutating func add(_ part: DocumentReader.Part) throws {
      let (settings, end) = (job.settings, job.tokenizer.eotToken)
      let isFirst = !isInside
      if isFirst {
        // Python's order: one draw a document, whatever becomes of it.
        isHeld = settings.split == .document && files.held != nil && random.uniform() < settings.heldOut
      }
      var ids = try job.tokenizer.encodeOrdinary(part.text)
      guard !ids.isEmpty || isInside else {
        skipped += 1
        return
      }
      switch (settings.endOfText, settings.split) {
      case (.none, _): break
      case (.after, .position): if isFirst, count > 0 { ids.insert(end, at: 0) }
      case (.after, .document): if part.endsDocument { ids.append(end) }
      case (.around, _):
        if isFirst { ids.insert(end, at: 0) }
        if part.endsDocument { ids.append(end) }
      }
      try (isHeld ? files.held : files.train)?.write(ids, as: job.element)
      isInside = !part.endsDocument
      let documents = part.endsDocument ? 1 : 0
      if isHeld {
        held = .init(tokens: held.tokens + ids.count, documents: held.documents + documents)
      } else {
        train = .init(tokens: train.tokens + ids.count, documents: train.documents + documents)
      }
    }

    mutating func finish() throws {
      if job.settings.split == .position, let file = files.held {
        let kept = Int(Double(train.tokens) * (1 - job.settings.heldOut))
        try files.train.move(from: kept * job.element.byteCount, to: file)
        held = .init(tokens: train.tokens - kept, documents: 0)
        train.tokens = kept
      }
      try files.train.close()
      try files.held?.close()
    }
  }
}
