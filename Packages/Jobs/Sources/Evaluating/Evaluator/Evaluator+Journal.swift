import Configurate
import Foundation
import Jobs
import Journals
import Models
import Sharding
import TensorCore
import Tokenization

/// The version of the arithmetic. Raise it with any change that changes a bit of a score.
let numericsVersion = 1

extension Evaluator {
  /// The journal of these weights in this mode; none for a model that was given, which may change.
  ///
  /// - Parameter existing: Whether a journal that is not there yet is not made.
  func journal(existing: Bool = false) throws -> Journal? {
    guard let weightsDigest, spec.isMain else { return nil }
    let mode = try model.mode
    let kernels = Self.foreignKernels(InstructionSet.current.identity).map { "-\($0)" } ?? ""
    // Shards add up their terms in another order than one rank.
    let shards = spec.shardsIfCut.map { "-\($0) shards" } ?? ""
    // What the weights were rounded to when they were read.
    let parameters = try withConfiguration(configuration) { try configure(NumericTypes.self) }.parameter
    let path = "\(spec.root)/journal/\(weightsDigest.prefix(16))-\(mode.rawValue).sqlite"
    if existing, !FileManager.default.fileExists(atPath: path) { return nil }
    return try Journal(
      path: path,
      identity: JournalIdentity(
        tokenizer: tokenizer.identity,
        numerics: "\(numericsVersion)\(kernels)\(shards)-\(parameters)-\(weightsDigest)"
      ))
  }
}
