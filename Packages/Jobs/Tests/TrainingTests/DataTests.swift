import Basics
import Foundation
import TensorCore
import Testing

@testable import Training

/// A folder of tokens that goes when the test ends.
final class TokenFolder {
  let path = NSTemporaryDirectory() + "assay-" + UUID().uuidString

  init(style: DataStyle = .pmd, train: [Int], val: [Int]? = nil, element: TokenManifest.Element = .uint16)
    throws
  {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    func bytes(_ ids: [Int]) -> Data {
      element == .uint16
        ? ids.map { UInt16($0).littleEndian }.withUnsafeBytes { Data($0) }
        : ids.map { UInt32($0).littleEndian }.withUnsafeBytes { Data($0) }
    }
    try write(bytes(train), to: "train.bin")
    if let val { try write(bytes(val), to: "val.bin") }
    let manifest = TokenManifest(
      style: style, element: element, tokenizer: "trivial", vocabularySize: 100,
      train: .init(tokens: train.count, documents: 1),
      val: val.map { .init(tokens: $0.count, documents: 1) })
    try write(Data(manifest.json.utf8), to: TokenManifest.fileName)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ data: Data, to name: String) throws {
    try data.write(to: URL(fileURLWithPath: path + "/" + name))
  }

  func open(style: DataStyle = .pmd, vocabulary: Int = 1000, block: Int) throws -> any RowSource {
    try openRows(
      folder: path, style: style, tokenizer: "trivial", vocabularySize: vocabulary, blockSize: block)
  }
}

@Suite("Data")
struct DataTests {
  @Test("A permutation has every number once", arguments: [1, 2, 3, 4, 5, 16, 17, 100, 1000])
  func permutation(count: Int) {
    let first = Permutation(count: count, key: RandomKey(seed: 1))
    let second = Permutation(count: count, key: RandomKey(seed: 2))
    #expect((0..<count).map { first[$0] }.sorted() == Array(0..<count))
    if count > 10 { #expect((0..<count).map { first[$0] } != (0..<count).map { second[$0] }) }
  }

  @Test(
    "The sequences of a stream follow each other, and the last may be shorter",
    arguments: [
      TokenManifest.Element.uint16, .uint32,
    ])
  func stream(element: TokenManifest.Element) throws {
    let folder = try TokenFolder(train: Array(0..<100), val: Array(200..<211), element: element)
    let rows = try folder.open(block: 4)
    #expect(rows.validationCount == 3)
    #expect(
      try rows.validationRow(0)
        == TrainingRow(
          ids: [200, 201, 202, 203], targets: [201, 202, 203, 204], isReal: [true, true, true, true]))
    #expect(
      try rows.validationRow(2)
        == TrainingRow(
          ids: [0, 0, 208, 209], targets: [-1, -1, 209, 210], isReal: [false, false, true, true]))
    let key = RandomKey(seed: 3)
    let epoch = try (0..<rows.trainingCount).map { try rows.trainingRow($0, epoch: key) }
    #expect(epoch.allSatisfy { zip($0.ids, $0.targets).allSatisfy { $0 + 1 == $1 } })
    let read = epoch.flatMap(\.ids)
    #expect(Set(read).count == read.count && read.count >= 100 - 2 * 4)
  }

  @Test("Padded rows keep their last tokens, and nothing is predicted of padding")
  func padded() throws {
    let folder = try TokenFolder(
      style: .padded, train: [0, 0, 7, 8, 9, 1, 2, 3, 4, 5], element: .uint32)
    try folder.write(Data([0, 0, 1, 1, 1, 1, 1, 1, 1, 1]), to: "train.bin.mask")
    try folder.write(Data(#"{"train": [2, 5]}"#.utf8), to: "shape.json")
    let rows = try folder.open(style: .padded, block: 3)
    let key = RandomKey(seed: 0)
    #expect(rows.trainingCount == 2 && rows.validationCount == 0)
    #expect(
      try rows.trainingRow(0, epoch: key)
        == TrainingRow(
          ids: [0, 7, 8], targets: [-1, 8, 9], isReal: [false, true, true]))
    #expect(
      try rows.trainingRow(1, epoch: key)
        == TrainingRow(
          ids: [2, 3, 4], targets: [3, 4, 5], isReal: [true, true, true]))
    let long = try folder.open(style: .padded, block: 6)
    #expect(
      try long.trainingRow(0, epoch: key)
        == TrainingRow(
          ids: [0, 0, 0, 0, 7, 8], targets: [-1, -1, -1, -1, 8, 9],
          isReal: [false, false, false, false, true, true]))
  }

  @Test("A shape that no rows can have is one sentence")
  func badShapes() throws {
    let largest = "\(UInt32.max)"
    let folder = try TokenFolder(style: .padded, train: [1, 2], val: [], element: .uint32)
    try folder.write(Data([1, 1]), to: "train.bin.mask")
    try folder.write(Data(), to: "val.bin.mask")
    let (path, ids) = (folder.path + "/shape.json", folder.path + "/train.bin")
    let most = Int(UInt32.max)
    let shapes: [(String, TrainingError.Kind)] = [
      (#""train": [1, 2], "val": [5, 0]"#, .shape(path: path, part: "val", .shortRows(length: 0))),
      (#""train": [1, 2], "val": [5, 1]"#, .shape(path: path, part: "val", .shortRows(length: 1))),
      (#""train": [2, 1]"#, .shape(path: path, part: "train", .shortRows(length: 1))),
      (
        #""train": [\#(largest), \#(largest)]"#,
        .shape(path: path, part: "train", .tooLarge(rows: most, length: most))
      ),
      (
        #""train": [\#(largest), 2000000000]"#,
        .size(
          path: ids, expected: .max, found: 8,
          of: .ids(count: most * 2_000_000_000, type: "uint32", byteCount: 4))
      ),
      (
        #""train": [0, 2]"#,
        .size(path: ids, expected: 0, found: 8, of: .ids(count: 0, type: "uint32", byteCount: 4))
      ),
    ]
    for (shape, kind) in shapes {
      try folder.write(Data("{\(shape)}".utf8), to: "shape.json")
      #expect(kindOfError { _ = try folder.open(style: .padded, block: 3) } == kind)
    }
    try folder.write(Data(#"{"train": [1, 2], "val": [0, 0]}"#.utf8), to: "shape.json")
    #expect(try folder.open(style: .padded, block: 3).validationCount == 0)
  }

  @Test("A number of tokens that no file can have is one sentence", arguments: [Int.max, -1, Int.min])
  func badCounts(count: Int) throws {
    let folder = try TokenFolder(train: [1, 2, 3])
    let manifest = TokenManifest(
      style: .pmd, element: .uint16, tokenizer: "trivial", vocabularySize: 100,
      train: .init(tokens: count, documents: 1), val: nil)
    try folder.write(Data(manifest.json.utf8), to: TokenManifest.fileName)
    guard case .size(_, _, 6, .ids(count, "uint16", 2))? = kindOfError({ _ = try folder.open(block: 2) })
    else {
      Issue.record("\(count)")
      return
    }
  }

  @Test("A target of padding counts neither in a row nor in a batch")
  func targetsOfPadding() {
    let rows = [
      TrainingRow(ids: [0, 1, 2], targets: [1, 2, 3], isReal: [false, true, true]),
      TrainingRow(ids: [1, 2, 3], targets: [2, -1, 4], isReal: [true, true, true]),
    ]
    #expect(rows.map(\.targetCount) == [2, 2])
    let batch = MicroBatch(rows)
    #expect(batch.targetCount == 4)
    #expect(
      MicroBatch(ids: batch.ids, targets: batch.targets, paddingMask: batch.paddingMask).targetCount == 4)
  }

  /// Two data sets that are told apart by their ids.
  private func mixture(seed: UInt64 = 1) throws -> (DataMixture, [TokenFolder]) {
    let folders = [try TokenFolder(train: Array(0..<41)), try TokenFolder(train: Array(100..<161))]
    let sources = try folders.map { try $0.open(block: 4) }
    return (try DataMixture(sources, rates: [0.3, 0.7], seed: seed), folders)
  }

  @Test("A mixture follows its rates within one sequence, and reads an epoch of each data set once")
  func rates() throws {
    var (mixture, folders) = try mixture()
    defer { withExtendedLifetime(folders) {} }
    let rows = try mixture.next(200)
    for count in 1...200 {
      let first = rows.prefix(count).count { $0.ids[0] < 100 }
      #expect(abs(Double(first) - 0.3 * Double(count)) <= 1)
    }
    // The first data set has 10 - 1 sequences an epoch, the second 15 - 1.
    for (range, count) in [(0..<100, 9), (100..<200, 14)] {
      let own = rows.filter { range.contains(Int($0.ids[0])) }
      #expect(Set(own.prefix(count).flatMap(\.ids)).count == 4 * count)
    }
  }

  @Test("What an update reads depends on the seed and its number only, and replicas cut it")
  func order() throws {
    var (mixture, folders) = try mixture()
    defer { withExtendedLifetime(folders) {} }
    let all = try (0..<10).map { _ in try mixture.next(12) }
    for update in [9, 3, 0, 7] {
      mixture.move(to: update * 12)
      let parts = try [0..<5, 5..<12].map { part in
        var copy = mixture
        return try copy.next(12, keeping: part)
      }
      #expect(Array(parts.joined()) == all[update])
    }
    var (other, others) = try self.mixture(seed: 2)
    defer { withExtendedLifetime(others) {} }
    #expect(try other.next(12) != all[0])
  }

  @Test("Validation takes its share of each data set, evenly")
  func validation() throws {
    let folders = [
      try TokenFolder(train: Array(0..<41), val: Array(0..<81)),
      try TokenFolder(train: Array(0..<41), val: Array(100..<181)),
    ]
    let mixture = try DataMixture(folders.map { try $0.open(block: 4) }, rates: [0.25, 0.75], seed: 0)
    let rows = try mixture.validation(16)
    #expect(rows.count == 16 && rows.count { $0.ids[0] < 100 } == 4)
    #expect(rows.prefix(4).map(\.ids[0]) == [0, 20, 40, 60])
    #expect(try mixture.validation(-1).count == 40)
  }

  private func kindOfError(_ body: () throws -> Void) -> TrainingError.Kind? {
    do { try body() } catch { return (error as? TrainingError)?.kind }
    return nil
  }

  @Test("Data that cannot be read are refused with their file")
  func errors() throws {
    let folder = try TokenFolder(train: Array(0..<100))
    let ids = folder.path + "/train.bin"
    let short = try TokenFolder(train: [1])
    #expect(
      kindOfError { _ = try short.open(block: 4) }
        == .tooFewTokens(path: short.path + "/train.bin", found: 1, blockSize: 4))
    #expect(
      kindOfError { _ = try folder.open(style: .padded, block: 4) }
        == .style(folder: folder.path, expected: "pmd", found: "padded"))
    #expect(
      kindOfError {
        _ = try openRows(
          folder: folder.path, style: .pmd, tokenizer: "bytes", vocabularySize: 9, blockSize: 4)
      } == .tokenizer(folder: folder.path, expected: "bytes", found: "trivial"))
    let small = try folder.open(vocabulary: 50, block: 4)
    let outside = kindOfError {
      for index in 0..<small.trainingCount { _ = try small.trainingRow(index, epoch: RandomKey(seed: 0)) }
    }
    guard case .id(ids, let index, let found, 50)? = outside else {
      Issue.record("\(String(describing: outside))")
      return
    }
    #expect(index == found && found >= 50)
    #expect(
      kindOfError { _ = try DataMixture([small, small], rates: [0.5, 0.4], seed: 0) } == .rates(sum: 0.9))
    try folder.write(Data([1, 2, 3]), to: "train.bin")
    #expect(
      kindOfError { _ = try folder.open(block: 4) }
        == .size(path: ids, expected: 200, found: 3, of: .ids(count: 100, type: "uint16", byteCount: 2)))
    let manifest = folder.path + "/" + TokenManifest.fileName
    try folder.write(Data("{}".utf8), to: TokenManifest.fileName)
    #expect(
      kindOfError { _ = try folder.open(block: 4) }
        == .description(path: manifest, .missing("key 'format'")))
    try FileManager.default.removeItem(atPath: manifest)
    #expect(
      kindOfError { _ = try folder.open(block: 4) }
        == .noFile(TokenManifest.fileName, folder: folder.path, purpose: "how its tokens are stored"))
    #expect(kindOfError { _ = try TokenManifest(folder: "/no/where") } == .noData(path: "/no/where"))
  }
}
