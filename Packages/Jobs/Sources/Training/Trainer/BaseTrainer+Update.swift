import Foundation
import Jobs
import Models
import Sharding
public import TensorCore

/// What one update was.
public struct UpdateReport: Sendable, Equatable {
  /// Its number, from 1.
  public var update: Int
  /// In nats a target, before the update; `nil` for an update by gradients alone.
  public var loss: Double?
  /// How many predictions the loss is the mean of.
  public var targets: Int
  /// Of all gradients together, before they were clipped.
  public var gradientNorm: Double
  /// The learning rate.
  public var rate: Double
}

extension BaseTrainer {
  /// The ranks that hold the same model and read other sequences.
  var replicas: any Communicator { spec.communicator.along(.batch) }

  /// Makes the next update by the mean loss of all replicas' batches.
  ///
  /// Where the mean is that of all targets, the gradients are sums of the same terms however the sequences are cut into
  /// batches and over replicas: also what dropout drops of a sequence depends on the update and on the sequence's number
  /// in it, which counts through the replicas' batches in the order of ranks.
  ///
  /// - Parameter batches: Those of this replica, each read in one pass.
  /// - Throws: `TrainingError` for a loss that is no number, after which nothing was changed; `TokenError`.
  @discardableResult
  public func update(on batches: [MicroBatch]) throws -> UpdateReport {
    let model = try self.model
    let number = updates
    let own = [
      batches.reduce(0) { $0 + $1.targetCount }, batches.count { $0.targetCount > 0 },
      batches.reduce(0) { $0 + $1.ids.batch },
    ]
    let all = try replicas.allGather(Tensor(own), named: "batches").map(\.int64s)
    func sum(_ index: Int, below rank: Int) -> Int { all.prefix(rank).reduce(0) { $0 + $1[index] } }
    let (targets, count) = (sum(0, below: replicas.size), sum(1, below: replicas.size))
    var firstSequence = sum(2, below: replicas.rank)
    var gradients = Gradients()
    var loss = 0.0
    for batch in batches {
      defer { firstSequence += batch.ids.batch }
      guard batch.targetCount > 0 else { continue }
      let weight =
        switch training.average {
        case .targets: 1 / Double(targets)
        case .batches: 1 / (Double(count) * Double(batch.targetCount))
        }
      let found = try model.crossEntropy(
        batch.ids, targets: batch.targets, paddingMask: batch.paddingMask,
        dropoutKey: key.folded(0xD209).folded(UInt64(number)), firstSequence: firstSequence, tape: Tape())
      loss += found.sum * weight
      found.backpropagate(scale: Float(weight), into: &gradients)
    }
    loss = try replicas.sum(loss, named: "loss")
    guard loss.isFinite else {
      throw TrainingError(.notFinite(.loss, update: number + 1, value: loss.isNaN ? .nan : loss))
    }
    var report = try update(by: gradients)
    (report.loss, report.targets) = (loss, targets)
    return report
  }

  /// Makes the next update by the sum of all replicas' gradients.
  ///
  /// - Throws: `TrainingError` for gradients that are no numbers, after which nothing was changed.
  @discardableResult
  public func update(by gradients: consuming Gradients) throws -> UpdateReport {
    try replicas.sum(&gradients, of: parameters)
    let norm = gradients.norm(of: parameters)
    guard norm.isFinite else {
      throw TrainingError(.notFinite(.gradients, update: updates + 1, value: norm.isNaN ? .nan : norm))
    }
    let rate = schedule(updates)
    optimizer.update(parameters, by: gradients, rate: rate)
    return UpdateReport(update: updates, loss: nil, targets: 0, gradientNorm: norm, rate: rate)
  }
}

extension Communicator {
  /// The sum of a number over ranks, in float64 and in the order of ranks.
  func sum(_ number: Double, named name: String) throws -> Double {
    guard size > 1 else { return number }
    return try allGather(Tensor([number]), named: name).reduce(0) { $0 + $1.doubles[0] }
  }

  /// Replaces gradients by their sum over ranks: all in one buffer, in the order of the parameters, so that it is one
  /// collective an update. What a rank has no gradient of counts as zero.
  func sum(_ gradients: inout Gradients, of parameters: [ReadParameter]) throws {
    guard size > 1 else { return }
    let counts = parameters.map(\.parameter.tensor.count)
    var buffer = Tensor(zeros: [counts.reduce(0, +)])
    var first = 0
    for (parameter, count) in zip(parameters, counts) {
      if let gradient = gradients[parameter.parameter] {
        buffer.scatter(gradient, into: CollectionOfOne(first..<first + count))
      }
      first += count
    }
    try allReduce(&buffer, named: "gradients")
    first = 0
    for (parameter, count) in zip(parameters, counts) {
      gradients[parameter.parameter] = buffer.gathering(
        runs: CollectionOfOne(first..<first + count), shape: parameter.parameter.tensor.shape)
      first += count
    }
  }
}

extension Tensor {
  /// Float64 numbers, `[count]`.
  init(_ numbers: [Double]) {
    self.init(shape: [numbers.count], elementType: .float64) { bytes in
      for (index, number) in numbers.enumerated() {
        bytes.storeBytes(of: number, toByteOffset: index * 8, as: Double.self)
      }
    }
  }

  /// A copy of the elements of a float64 tensor.
  var doubles: [Double] {
    withBytes { bytes in
      (0..<count).map { bytes.unsafeLoadUnaligned(fromByteOffset: $0 * 8, as: Double.self) }
    }
  }

  /// Whole numbers, `[count]` int64.
  init(_ numbers: [Int]) {
    self.init(shape: [numbers.count], elementType: .int64) { bytes in
      for (index, number) in numbers.enumerated() {
        bytes.storeBytes(of: Int64(number), toByteOffset: index * 8, as: Int64.self)
      }
    }
  }

  /// A copy of the elements of an int64 tensor.
  var int64s: [Int] {
    withBytes { bytes in
      (0..<count).map { Int(bytes.unsafeLoadUnaligned(fromByteOffset: $0 * 8, as: Int64.self)) }
    }
  }
}
