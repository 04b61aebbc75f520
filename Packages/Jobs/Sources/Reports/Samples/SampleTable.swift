import Basics
import Evaluations
import Foundation
import Runs

/// The samples of one evaluation in all runs: a row for each document and repetition.
struct SampleTable {
  struct Row {
    var document: Int
    /// Which of several samples of the document it is.
    var repetition: Int
    /// What a search looks at.
    var text: String
  }

  /// One run's samples.
  struct Column {
    /// By row; `nil` where the run has no such sample.
    var cells: [SampleCell?] = []
    /// The first lines of its blocks of records.
    var chunks: [Int] = []
    /// Which of the evaluation's metrics is right or wrong by sample; `nil` where none does.
    var verdict: Int?

    /// `nil` where samples are not right or wrong.
    func isRight(_ cell: SampleCell) -> Bool? { verdict.map { cell.values[$0] == 1 } }
    var present: [SampleCell] { cells.compactMap { $0 } }
  }

  let name: String
  let index: Int
  private(set) var rows: [Row] = []
  /// By run; `nil` for a run without this evaluation.
  private(set) var columns: [Column?]
  private var places: [[Int]: Int] = [:]

  init(name: String, index: Int, runs: Int) {
    self.name = name
    self.index = index
    columns = Array(repeating: nil, count: runs)
  }

  /// Reads a run's samples.
  ///
  /// - Parameters:
  ///   - metrics: The keys of metrics, the evaluation's own first.
  ///   - next: The run's next sample; `nil` behind the last.
  ///   - seen: Called with each sample.
  /// - Returns: Its records as blocks.
  mutating func read(
    _ run: Int, metrics: [String], next: () throws -> RecordedSample?, seen: (RecordedSample) -> Void
  ) throws -> [DataBlock] {
    var column = Column()
    var blocks = RecordBlocks(prefix: "s\(run).\(index)")
    var repetitions: [Int: Int] = [:]
    var line = 0
    let keys = metrics + [SampleCell.scoreKey]
    while let sample = try next() {
      let repetition = repetitions[sample.document, default: 0]
      repetitions[sample.document] = repetition + 1
      let place = row(sample, repetition)
      while column.cells.count <= place { column.cells.append(nil) }
      column.cells[place] = SampleCell(sample, line: line, metrics: keys)
      blocks.append(SampleRecordText(sample).json.line)
      seen(sample)
      line += 1
    }
    let present = column.present
    column.verdict = keys.indices.first { key in
      !present.isEmpty && present.allSatisfy { [0, 1].contains($0.values[key]) }
    }
    column.chunks = blocks.starts
    columns[run] = column
    return blocks.finish()
  }

  /// Fills what runs lack of each other's rows; call it when all are read.
  mutating func finish() {
    for run in columns.indices where columns[run] != nil {
      let missing = rows.count - (columns[run]?.cells.count ?? 0)
      columns[run]?.cells += Array(repeating: nil, count: missing)
    }
    places = [:]
  }

  private mutating func row(_ sample: RecordedSample, _ repetition: Int) -> Int {
    let key = [sample.document, repetition]
    if let place = places[key] { return place }
    places[key] = rows.count
    rows.append(Row(document: sample.document, repetition: repetition, text: sample.searchText))
    return rows.count - 1
  }
}

/// Records one after the other, in blocks that are decoded one at a time.
private struct RecordBlocks {
  let prefix: String
  private(set) var starts: [Int] = []
  private var blocks: [DataBlock] = []
  private var lines: [String] = []
  private var bytes = 0
  private var count = 0
  private static let mostLines = 64
  private static let mostBytes = 256 << 10

  init(prefix: String) { self.prefix = prefix }

  mutating func append(_ line: String) {
    if lines.isEmpty { starts.append(count) }
    lines.append(line)
    bytes += line.utf8.count
    count += 1
    if lines.count == Self.mostLines || bytes >= Self.mostBytes { close() }
  }

  mutating func finish() -> [DataBlock] {
    if !lines.isEmpty { close() }
    return blocks
  }

  private mutating func close() {
    blocks.append(DataBlock("\(prefix).\(blocks.count)", "[" + lines.joined(separator: ",") + "]"))
    (lines, bytes) = ([], 0)
  }
}

extension RecordedSample {
  /// The document's texts, or what was asked where no document is recorded; and the answers.
  fileprivate var searchText: String {
    var texts: [String] = []
    if let contents { contents.collectTexts(into: &texts) }
    if texts.isEmpty { texts = Array(Set(arguments.flatMap(\.self))).sorted() }
    return (texts + answers.sorted { $0.key < $1.key }.map(\.value)).joined(separator: " ")
  }
}

extension JSONValue {
  fileprivate func collectTexts(into texts: inout [String]) {
    switch self {
    case .text(let text): texts.append(text)
    case .list(let elements): for element in elements { element.collectTexts(into: &texts) }
    case .object(let pairs): for (_, value) in pairs { value.collectTexts(into: &texts) }
    default: break
    }
  }
}
