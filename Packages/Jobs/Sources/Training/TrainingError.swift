public import Basics

/// Why training cannot start or go on: facts, and one sentence of them.
public struct TrainingError: ReportableError, Equatable {
  public enum Kind: Sendable, Equatable {
    // Settings
    /// A setting, or a sum or product of settings, has a value that it cannot have.
    case setting(key: String, expected: String, found: String)
    /// `training/seed` is negative.
    case negative(key: String, found: Int)
    /// No data set is named.
    case noDataset
    /// The rates of `training/dataset` do not sum to 1.
    case rates(sum: Double)
    /// The phases of a schedule are longer than the run; the sum is a share of it.
    case phases(schedule: String, sum: Double)
    /// A loss, or the norm of gradients, that is not a number.
    case notFinite(Measured, update: Int, value: Double)

    // The optimiser's state and the trainer's
    /// The optimiser's state lacks a tensor of a parameter.
    case noState(tensor: String)
    /// The optimiser's state has a tensor that belongs to no parameter.
    case strayState(tensor: String)
    case stateShape(tensor: String, expected: [Int], found: [Int])
    case stateType(tensor: String, expected: String, found: String)
    /// A tensor of a checkpoint's state has another type.
    case checkpointType(tensor: String, path: String, expected: String, found: String)
    /// A checkpoint's number of updates is outside of the run.
    case updates(tensor: String, path: String, most: Int, found: Int)

    // Data
    /// There is no folder of data.
    case noData(path: String)
    /// A folder of data lacks a file, which holds `purpose`.
    case noFile(String, folder: String, purpose: String)
    /// A file of data that the system does not map.
    case unmapped(path: String, reason: String)
    /// The data of `training/dataset` holds nothing out.
    case nothingHeldOut
    /// No part to validate with.
    case noValidation
    case noRows(folder: String)
    /// Fewer tokens than one sequence takes.
    case tooFewTokens(path: String, found: Int, blockSize: Int)
    /// Another style than that of `training/dataset`.
    case style(folder: String, expected: String, found: String)
    /// Tokens of another tokenizer.
    case tokenizer(folder: String, expected: String, found: String)
    /// A description of data that cannot be decoded.
    case description(path: String, Violation)
    case format(path: String, found: String, version: Int)
    /// A shape of rows that they cannot have; `part` is `train` or `val`.
    case shape(path: String, part: String, Shape)
    /// A file of another size than its description says; sizes in bytes.
    case size(path: String, expected: Int, found: Int, of: Content)
    /// An id that the model does not know.
    case id(path: String, index: Int, found: Int, vocabularySize: Int)
  }

  /// What is computed in an update.
  public enum Measured: Sendable, Equatable { case loss, gradients }

  /// What is wrong with a shape of rows.
  public enum Shape: Sendable, Equatable {
    case malformed
    case shortRows(length: Int)
    case tooLarge(rows: Int, length: Int)
  }

  /// What a file of data holds.
  public enum Content: Sendable, Equatable {
    case ids(count: Int, type: String, byteCount: Int)
    case mask
  }

  public let kind: Kind

  public init(_ kind: Kind) { self.kind = kind }
}
