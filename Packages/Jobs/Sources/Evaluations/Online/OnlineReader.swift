import Foundation
import Models
import TensorCore
import Tokenization

/// Reads scores, next ids and the most probable ids of a server's requests from hidden rows, of the pass under way and of
/// earlier ones.
struct OnlineReader<Model: LanguageModel> {
  let model: Model
  let decode: @Sendable ([Int32]) throws(TokenizerError) -> String

  /// - Parameters:
  ///   - hidden: The rows of the pass `[rows, width]`, one behind the other.
  func read(
    _ pass: OnlinePass, _ active: [OnlineSequence], _ hidden: [Float], width: Int, _ forward: ForwardPass
  ) throws {
    var targets = OnlineTargets()
    for sequence in active { targets.add(sequence) }
    var generating = pass.running.map { ($0, HiddenRow.computed($0.generation!.row)) }
    for sequence in active where sequence.isReadyToGenerate {
      _ = sequence.startGeneration(in: forward.pages, decode: decode)
      generating.append((sequence, sequence.row(at: sequence.inputCount - 1)))
    }
    func rows(_ sources: [HiddenRow]) -> Tensor {
      Tensor(sources.flatMap { $0.values(hidden, width: width) }, shape: [sources.count, width])
    }
    let greedy = generating.filter { $0.0.generation!.isGreedy }
    let next = NextIDReader(model: model)
    let scored = targets.rows + greedy.map(\.1)
    if !scored.isEmpty {
      let found = try model.score(
        rows(scored), targets: TargetLists(targets.ids + greedy.map { _ in [] }), forward)
      next.accept(found, from: targets.rows.count, for: greedy.map { $0.0.generation! }) {
        generation, error in
        greedy.first { $0.0.generation === generation }?.0.finish(.failed(error))
      }
      for (row, (sequence, _)) in zip(targets.rows.count..., greedy) {
        sequence.top = [
          TopToken(id: found.argmax[row], logProbability: found.argmaxLogProbability(of: row))
        ]
      }
      try targets.take(found) { try model.unembed(rows($0), forward) }
    }
    let inFull = generating.filter { !$0.0.generation!.isGreedy || $0.0.request.topCount > 1 }
    if !inFull.isEmpty {
      try readInFull(inFull.map(\.0), try model.unembed(rows(inFull.map(\.1)), forward))
    }
  }

  /// Sampled generations, and those whose most probable ids are requested, from their logits `[sequences, V]`.
  private func readInFull(_ sequences: [OnlineSequence], _ logits: Tensor) throws {
    for (row, sequence) in sequences.enumerated() {
      guard let generation = sequence.generation, !sequence.isFinished else { continue }
      let own = logits.rows(row..<row + 1)
      let greedy = generation.isGreedy ? sequence.top.first : nil
      if greedy == nil {
        NextIDReader(model: model).accept(own, for: [generation]) { sequence.finish(.failed($1)) }
      }
      guard sequence.request.topCount > 0 else {
        sequence.top = []
        continue
      }
      let values = own.floats
      let largest = values.max() ?? 0
      let sum = exponentials(values.count) { Double(values[$0] - largest) }.reduce(0, +)
      sequence.top = TopToken.largest(
        sequence.request.topCount, of: values, logSumExp: Double(largest) + log(sum))
      // The chosen id has one log-probability, however many others are reported.
      if let greedy, !sequence.top.isEmpty { sequence.top[0] = greedy }
    }
  }
}

/// The targets of a pass: each row that is scored, and the ids that are scored there.
private struct OnlineTargets {
  private(set) var rows: [HiddenRow] = []
  private(set) var ids: [[Int32]] = []
  private var cells: [[(cell: ScoreCell, top: Int)]] = []
  private var indices: [RowKey: Int] = [:]

  private enum RowKey: Hashable {
    case computed(Int)
    case kept(ObjectIdentifier, Int)
  }

  /// Adds the positions of a prompt whose rows are there and that no sequence has scored.
  mutating func add(_ sequence: OnlineSequence) {
    let top = sequence.request.topCount
    while sequence.nextScored < sequence.request.scored.upperBound,
      sequence.nextScored - 1 < sequence.position
    {
      let cell = sequence.score(at: sequence.nextScored)
      if !cell.covers(top: top) {
        cell.pendingTop = top
        add(sequence.row(at: sequence.nextScored - 1), sequence.request.ids[sequence.nextScored], cell, top)
      }
      sequence.nextScored += 1
    }
  }

  private mutating func add(_ row: HiddenRow, _ id: Int32, _ cell: ScoreCell, _ top: Int) {
    let key: RowKey =
      switch row {
      case .computed(let index): .computed(index)
      case .kept(let page, let offset): .kept(ObjectIdentifier(page), offset)
      }
    let index = indices[key] ?? rows.count
    if index == rows.count {
      indices[key] = index
      rows.append(row)
      ids.append([])
      cells.append([])
    }
    ids[index].append(id)
    cells[index].append((cell, top))
  }

  /// How many rows of logits are held at once.
  private static var rowsInFull: Int { 32 }

  /// Fills the cells from the scores of the rows.
  ///
  /// - Parameter unembed: Gives the logits `[rows, V]` of rows whose top is requested.
  func take(_ found: RowScores, _ unembed: ([HiddenRow]) throws -> Tensor) throws {
    let inFull = rows.indices.filter { row in cells[row].contains { $0.top > 1 } }
    var tops: [Int: [TopToken]] = [:]
    for first in stride(from: 0, to: inFull.count, by: Self.rowsInFull) {
      let part = inFull[first..<min(first + Self.rowsInFull, inFull.count)]
      let logits = try unembed(part.map { rows[$0] })
      for (index, row) in part.enumerated() {
        tops[row] = TopToken.largest(
          cells[row].map(\.top).max() ?? 0, of: logits.rows(index..<index + 1).floats,
          logSumExp: Double(found.logSumExp[row]))
      }
    }
    var place = 0
    for row in rows.indices {
      let largest = TopToken(id: found.argmax[row], logProbability: found.argmaxLogProbability(of: row))
      for (id, (cell, _)) in zip(ids[row], cells[row]) {
        cell.take(
          id: id, found.targetLogProbabilities[place], argmax: found.argmax[row], top: tops[row] ?? [largest])
        place += 1
      }
    }
  }
}

extension ScoreCell {
  /// - Parameter top: The most probable ids at the position.
  fileprivate func take(id: Int32, _ logProbability: Float, argmax: Int32, top: [TopToken]) {
    // One id has one log-probability, whichever way it was found.
    let own = top.map { $0.id == id ? TopToken(id: id, logProbability: logProbability) : $0 }
    value = PositionScore(
      score: TokenScore(logProbability: logProbability, argmax: argmax, isGreedy: argmax == id), top: own)
    pendingTop = -1
  }
}

extension HiddenRow {
  fileprivate func values(_ hidden: [Float], width: Int) -> ArraySlice<Float> {
    switch self {
    case .computed(let row): hidden[row * width..<(row + 1) * width]
    case .kept(let page, let offset): page.hiddenRow(offset, width: width)
    }
  }
}

extension TopToken {
  /// The ids of the largest logits, falling, equals in the order of their ids.
  static func largest(_ count: Int, of logits: [Float], logSumExp: Double) -> [TopToken] {
    guard count > 0 else { return [] }
    var best: [Int] = []
    for id in logits.indices where best.count < count || logits[id] > logits[best[best.count - 1]] {
      let place = best.firstIndex { logits[$0] < logits[id] } ?? best.count
      best.insert(id, at: place)
      if best.count > count { best.removeLast() }
    }
    return best.map {
      TopToken(id: Int32($0), logProbability: Float(Double(logits[$0]) - logSumExp))
    }
  }
}
