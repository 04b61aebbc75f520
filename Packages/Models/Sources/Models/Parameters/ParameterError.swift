/// Parameters that do not fit the model that the settings describe, all of them named.
public struct ParameterError: Error, CustomStringConvertible, Equatable {
  public struct Mismatch: Sendable, Equatable {
    public var name: String
    public var expected: [Int]
    public var found: [Int]
  }

  /// A parameter that could not be read, cut or made.
  public struct Unreadable: Sendable, Equatable {
    /// `nil` where it is about all of them.
    public var name: String?
    /// The reader's sentence, which names the file and the tensor.
    public var reason: String
  }

  /// Parameters that the model needs and the source lacks.
  public var missing: [String] = []
  /// Parameters that the source has and the model does not.
  public var unexpected: [String] = []
  public var mismatched: [Mismatch] = []
  /// Parameters that could not be read or made.
  public var unreadable: [Unreadable] = []

  var isEmpty: Bool { missing.isEmpty && unexpected.isEmpty && mismatched.isEmpty && unreadable.isEmpty }

  public var description: String {
    var clauses = unreadable.map(\.reason)
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
    let named = names.prefix(Self.mostNamed).map { "'\($0)'" }.joined(separator: ", ")
    return names.count > Self.mostNamed ? "\(named) and \(names.count - Self.mostNamed) more" : named
  }
}
