import Basics
public import Configurate
import Foundation
public import Jobs
import Logging
import TensorCore
import Tokenization

/// `data/tokenize_blockwise_dataset`: one document a row, its last tokens, padded on the left.
public final class TokenizeBlockwise: TokenizeDataset {
  /// Settings of rows alone.
  public struct RowSettings: Settings {
    @Setting("architecture/block_size", atMost: 1 << 24, help: "Length of a row in tokens")
    public var blockSize = 512
    @Setting("data/pad_token", help: "Id that stands where there is no token")
    public var padding = 0
    public init() {}
  }

  private let rows: RowSettings

  override public class var summary: String { "makes padded rows of tokens of texts" }
  override public class var settings: [any Settings.Type] { super.settings + [RowSettings.self] }

  public required init(spec: ExecutionSpec) throws {
    rows = try configure(RowSettings.self)
    try super.init(spec: spec)
    guard rows.blockSize > 1 else {
      throw JobError(
        .setting(key: "architecture/block_size", expected: "above 1", found: "\(rows.blockSize)"))
    }
    guard (0..<tokenizer.vocabularySize).contains(rows.padding) else {
      throw JobError(
        .setting(
          key: "data/pad_token", expected: "an id of the tokenizer, 0 ..< \(tokenizer.vocabularySize)",
          found: "\(rows.padding)"))
    }
  }

  override func write(to folder: DataFolder) throws -> TokenManifest {
    let held = try heldOut()
    let train = try Rows("train", folder)
    let val = settings.heldOut > 0 ? try Rows("val", folder) : nil
    var ids: [Int32] = []
    var (document, skipped, cut) = (0, 0, 0)
    try documents().read { part in
      if ids.isEmpty, settings.endOfText == .around { ids.append(tokenizer.eotToken) }
      ids += try tokenizer.encodeOrdinary(part.text)
      guard part.endsDocument else { return }
      if settings.endOfText != .none { ids.append(tokenizer.eotToken) }
      if ids.count > rows.blockSize { cut += 1 }
      if ids.count < 2 {
        skipped += 1
      } else {
        try (held.contains(document) ? val : train)?.add(ids, rows)
      }
      (ids, document) = ([], document + 1)
    }
    if cut > 0 {
      log.notice(
        "\(cut) of \(document) documents were longer than \(rows.blockSize) tokens and lost their beginning")
    }
    if skipped > 0 {
      log.notice("\(skipped) of \(document) documents were left out: they have less than two tokens")
    }
    try train.close()
    try val?.close()
    let parts = [("train", train)] + (val.map { [("val", $0)] } ?? [])
    try folder.write(
      JSONValue.object(parts.map { ($0, $1.shape(rows.blockSize)) }).line + "\n", to: "shape.json")
    return TokenManifest(
      style: .padded, element: .uint32, tokenizer: tokenizer.identity,
      vocabularySize: tokenizer.vocabularySize, train: train.split, val: val?.split)
  }

  /// Which documents are held out: the first of a seeded shuffle, as the original system does, or the last.
  private func heldOut() throws -> Set<Int> {
    guard settings.heldOut > 0 else { return [] }
    var count = 0
    try documents().read { if $0.endsDocument { count += 1 } }
    let held = Int(Double(count) * settings.heldOut)
    if settings.split == .position { return Set(count - held..<count) }
    var order = Array(0..<count)
    var random = PythonRandom(seed: UInt64(settings.seed))
    random.shuffle(&order)
    return Set(order.prefix(held))
  }

  /// Rows as they are written.
  private final class Rows {
    private let ids: FileWriter
    private let mask: FileWriter
    private(set) var split = TokenManifest.Split(tokens: 0, documents: 0)

    init(_ name: String, _ folder: DataFolder) throws {
      ids = try folder.writer("\(name).bin")
      mask = try folder.writer("\(name).bin.mask")
    }

    func add(_ document: [Int32], _ rows: RowSettings) throws {
      let kept = document.suffix(rows.blockSize)
      let padding = rows.blockSize - kept.count
      try ids.write(Array(repeating: Int32(rows.padding), count: padding) + kept, as: .uint32)
      try mask.write(Data(repeating: 0, count: padding) + Data(repeating: 1, count: kept.count))
      split.tokens += kept.count
      split.documents += 1
    }

    func shape(_ length: Int) -> JSONValue { .list([.integer(split.documents), .integer(length)]) }

    func close() throws {
      try ids.close()
      try mask.close()
    }
  }
}
