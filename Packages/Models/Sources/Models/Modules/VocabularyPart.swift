import Foundation
import TensorCore

/// The result of one rank's part of a vocabulary for some rows.
struct VocabularyPart {
  /// The id and the logit of each row's largest, and the log-sum-exp of all.
  var argmax: [Int32]
  var argmaxLogit: [Float]
  var logSumExp: [Float]
  /// The logit of each target that this rank has; zero of others.
  var targetLogits: [Float]

  /// - Parameters:
  ///   - places: Which of all targets the scored ones are.
  ///   - firstID: The first id of this rank.
  init(_ scores: RowScores, places: [Int], targetCount: Int, firstID: Int) {
    argmax = scores.argmax.map { $0 + Int32(firstID) }
    argmaxLogit = scores.argmaxLogit
    logSumExp = scores.logSumExp
    targetLogits = Array(repeating: 0, count: targetCount)
    for (place, logit) in zip(places, scores.targetLogits) { targetLogits[place] = logit }
  }

  /// As ranks send it: float32, which holds ids below 2²⁴ exactly.
  var tensor: Tensor {
    let all = argmax.map(Float.init) + argmaxLogit + logSumExp + targetLogits
    return Tensor(all, shape: [all.count])
  }

  init(_ tensor: Tensor, rowCount: Int, targetCount: Int) {
    let all = tensor.floats
    precondition(all.count == 3 * rowCount + targetCount, "scores of \(all.count) numbers")
    argmax = all[..<rowCount].map { Int32($0) }
    argmaxLogit = Array(all[rowCount..<2 * rowCount])
    logSumExp = Array(all[2 * rowCount..<3 * rowCount])
    targetLogits = Array(all[(3 * rowCount)...])
  }
}

extension RowScores {
  /// The joined result of all ranks, which hold the vocabulary in the order of their ids.
  ///
  /// The largest logit and its lowest id are exact. Log-sum-exps are joined in float64 and rounded once, from parts that
  /// were each rounded once: 2⁻²⁴ |log-sum-exp| more than ``logSumExp`` of a whole vocabulary is off. There are no
  /// ranks of targets.
  init(joining parts: [VocabularyPart], targets: TargetLists) {
    let rows = 0..<targets.rowCount
    let best = rows.map { row in
      parts.indices.reduce(0) { parts[$1].argmaxLogit[row] > parts[$0].argmaxLogit[row] ? $1 : $0 }
    }
    let sums = rows.map { row in
      let largest = Double(parts.map { $0.logSumExp[row] }.max()!)
      return largest + log(parts.reduce(0) { $0 + exp(Double($1.logSumExp[row]) - largest) })
    }
    // Only the rank that has a target sent something else than zero.
    let logits = targets.ids.indices.map { index in parts.reduce(0) { $0 + $1.targetLogits[index] } }
    self.init(
      logSumExp: sums.map { Float($0) }, argmax: rows.map { parts[best[$0]].argmax[$0] },
      argmaxLogit: rows.map { parts[best[$0]].argmaxLogit[$0] }, targetLogits: logits, targetRanks: [],
      targetLogProbabilities: rows.flatMap { row in
        (Int(targets.offsets[row])..<Int(targets.offsets[row + 1])).map {
          Float(Double(logits[$0]) - sums[row])
        }
      })
  }
}

extension TargetLists {
  /// The targets within a run of ids, counted from its first, and which of all targets they are.
  func within(_ ids: Range<Int>) -> (TargetLists, places: [Int]) {
    var own = TargetLists([])
    var places: [Int] = []
    for row in 0..<rowCount {
      for place in Int(offsets[row])..<Int(offsets[row + 1]) where ids.contains(Int(self.ids[place])) {
        own.ids.append(self.ids[place] - Int32(ids.lowerBound))
        places.append(place)
      }
      own.offsets.append(Int32(own.ids.count))
    }
    return (own, places)
  }
}
