/// One axis of a parameter: what it means, how long it is, and where it may be cut.
///
/// A fused q|k|v of 9 heads, each 64 wide, is one axis with three parts. Each part is cut on its own, and a head never:
///
///     ParameterAxis(.attention, 3 * 576, parts: 3, unit: 64)
public struct ParameterAxis: Sendable, Hashable {
  /// The meaning, to which a rule may give an axis of the mesh; `nil` for an axis that is never cut.
  public let name: LogicalAxis?
  /// The length, in elements.
  public let size: Int
  /// The lengths of the parts that lie behind each other on this axis. Usually one.
  public let parts: [Int]
  /// Elements that stay together, such as the width of a head.
  public let unit: Int
  /// Whether neighbouring ranks hold copies of one unit where a part has fewer units than there are shards.
  public let sharesUnits: Bool

  /// An axis of equal parts.
  ///
  /// Nothing is checked here: what does not divide is refused when the axis is cut, with a name to the complaint.
  ///
  /// - Parameters:
  ///   - size: The length of all parts together.
  ///   - parts: How many parts of equal length there are.
  ///   - sharesUnits: Allow copies where there are fewer units than shards: the key heads of grouped attention.
  public init(_ name: LogicalAxis?, _ size: Int, parts: Int = 1, unit: Int = 1, sharesUnits: Bool = false) {
    self.name = name
    self.size = size
    self.parts = Array(repeating: parts > 0 ? size / parts : 0, count: max(parts, 0))
    self.unit = unit
    self.sharesUnits = sharesUnits
  }

  /// An axis of parts of different length, such as the q|k|v of grouped attention.
  public init(_ name: LogicalAxis?, partSizes: [Int], unit: Int = 1, sharesUnits: Bool = false) {
    self.name = name
    self.size = partSizes.reduce(0, +)
    self.parts = partSizes
    self.unit = unit
    self.sharesUnits = sharesUnits
  }
}

extension ParameterAxis: CustomStringConvertible {
  /// Such as `'n_attn' of 1728 (3 parts of 576, in units of 64)`.
  public var description: String {
    var details: [String] = []
    if parts.count != 1 {
      let isEven = Set(parts).count == 1
      details.append(
        isEven
          ? "\(parts.count) parts of \(parts[0])"
          : "parts of \(parts.map(String.init).joined(separator: ", "))")
    }
    if unit != 1 { details.append("in units of \(unit)") }
    let suffix = details.isEmpty ? "" : " (\(details.joined(separator: ", ")))"
    return "'\(name?.rawValue ?? "unnamed")' of \(size)\(suffix)"
  }
}
