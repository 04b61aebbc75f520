public import Basics
public import Sharding
public import Weights

/// Parameters that do not fit the model that the settings describe, all of them named.
public struct ParameterError: ReportableError, Equatable {
  public struct Mismatch: Sendable, Equatable {
    public var name: String
    public var expected: [Int]
    public var found: [Int]
  }

  /// A parameter that could not be read, cut or made.
  public struct Unreadable: Sendable, Equatable {
    /// `nil` where it is about all of them.
    public var name: String?
    public var cause: Cause

    /// Names the file and the tensor.
    var sentence: String {
      switch cause {
      case .placement(let error): "\(error)"
      case .weights(let error): "\(error)"
      case .notFinite(let error): "\(error)"
      case .memory(let bytes):
        "weights, gradients and moments of training take more than the \(bytes >> 20) MiB of this machine's memory"
      case .source(let cause): "\(cause)"
      }
    }
  }

  /// What is the matter with a parameter.
  public enum Cause: Sendable, Equatable {
    case placement(PlacementError)
    case weights(WeightsError)
    case notFinite(NonFiniteError)
    /// Training needs more than this machine's bytes.
    case memory(UInt64)
    /// What a source of another kind than files of weights reports.
    case source(ErrorCause)

    init(_ error: any Error) {
      self =
        switch error {
        case let error as PlacementError: .placement(error)
        case let error as WeightsError: .weights(error)
        case let error as NonFiniteError: .notFinite(error)
        default: .source(ErrorCause(error))
        }
    }
  }

  /// Parameters that the model needs and the source lacks.
  public var missing: [String] = []
  /// Parameters that the source has and the model does not.
  public var unexpected: [String] = []
  public var mismatched: [Mismatch] = []
  /// Parameters that could not be read or made.
  public var unreadable: [Unreadable] = []

  var isEmpty: Bool { missing.isEmpty && unexpected.isEmpty && mismatched.isEmpty && unreadable.isEmpty }

  public var fault: Fault { .badData }

  public var description: String {
    var clauses = unreadable.map(\.sentence)
    if !missing.isEmpty { clauses.append("missing " + list(missing)) }
    if !unexpected.isEmpty { clauses.append("unexpected " + list(unexpected)) }
    clauses += mismatched.map { "'\($0.name)' has shape \($0.found), expected \($0.expected)" }
    let isUnreadable = clauses.count == unreadable.count
    return "parameters \(isUnreadable ? "cannot be read" : "do not fit the model"): "
      + clauses.joined(separator: "; ")
  }

  /// Of many names, the sentence has so many.
  private static let mostNamed = 32

  private func list(_ names: [String]) -> String {
    let named = quotedList(names.prefix(Self.mostNamed))
    return names.count > Self.mostNamed ? "\(named) and \(names.count - Self.mostNamed) more" : named
  }
}
