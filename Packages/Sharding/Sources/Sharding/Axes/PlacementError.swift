public import Basics

/// A parameter that cannot be cut as the rules require.
public struct PlacementError: ReportableError, Sendable, Equatable {
  public enum Reason: Sendable, Equatable {
    /// A part does not hold a whole number of units for every shard.
    case uneven
    /// The parts are not multiples of the unit, or do not add up to the axis.
    case malformed
    /// The rules give the mesh axis to an earlier axis of the same parameter already.
    case usedTwice(MeshAxis)
  }

  public let parameter: String
  public let axis: ParameterAxis
  /// Into how many the axis was to be cut.
  public let shards: Int
  public let reason: Reason

  /// The numbers of shards nearest to ``shards``, below and above, into which the axis can be cut.
  public var nearest: [Int] {
    guard reason == .uneven else { return [] }
    let divisors = axis.divisors
    return [divisors.last { $0 < shards } ?? 1] + [divisors.first { $0 > shards }].compactMap(\.self)
  }

  public var fault: Fault { .usage }

  public var description: String {
    let what = "parameter '\(parameter)': axis \(axis)"
    switch reason {
    case .uneven:
      let choice = nearest.map(String.init).joined(separator: " or ")
      return "\(what) does not divide into \(shards) shards; \(choice) would do"
    case .malformed:
      return "\(what) is not made of whole units, so it cannot be cut into \(shards) shards"
    case .usedTwice(let mesh):
      return "\(what) is given to mesh axis '\(mesh)', which already cuts another axis of it"
    }
  }
}
