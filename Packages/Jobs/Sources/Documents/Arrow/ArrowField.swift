import Basics

/// A column of an Arrow schema, as far as documents have such: numbers, truth values, texts, and lists and records of
/// them.
struct ArrowField {
  indirect enum Kind {
    case null, boolean
    case integer(width: Int, isSigned: Bool)
    case floating(width: Int)
    case text(isLarge: Bool)
    case list(ArrowField, isLarge: Bool)
    case fixedList(ArrowField, size: Int)
    case record([ArrowField])
    /// Texts of which the short ones lie in the views themselves and the long ones elsewhere.
    case textViews
    /// Indices into values that stand apart, each once.
    case dictionary(id: Int, width: Int, isSigned: Bool, values: ArrowField)
  }

  var name: String
  var kind: Kind

  /// The columns of dictionaries, by their numbers, in this field and in what it is made of.
  func collectDictionaries(into found: inout [Int: ArrowField]) {
    switch kind {
    case .dictionary(let id, _, _, let values):
      if found[id] == nil { found[id] = values }
      values.collectDictionaries(into: &found)
    case .list(let element, _), .fixedList(let element, _): element.collectDictionaries(into: &found)
    case .record(let fields): for field in fields { field.collectDictionaries(into: &found) }
    default: break
    }
  }

  private static let deepest = 32
  private static let most = 10_000

  /// The columns of a schema.
  static func all(of schema: FlatTable) throws(ArrowError) -> [ArrowField] {
    guard try schema.number(0, or: Int16(0)) == 0 else {
      throw ArrowError(.unsupported("a file with big-endian numbers"))
    }
    var left = most
    return try ArrowError.map(schema.tables(1)) { table throws(ArrowError) in
      try ArrowField(table, depth: 0, left: &left)
    }
  }

  private init(_ table: FlatTable, depth: Int, left: inout Int) throws(ArrowError) {
    left -= 1
    guard depth < Self.deepest, left > 0 else {
      throw ArrowError(
        .value("schema", expected: "at most \(Self.most) columns, \(Self.deepest) levels deep"))
    }
    name = try table.text(0) ?? ""
    var children: [ArrowField] = []
    for child in try table.tables(5) {
      children.append(try ArrowField(child, depth: depth + 1, left: &left))
    }
    kind = try Self.kind(of: table, children, name)
    if let encoding = try table.table(4) {
      // 32 bits, unless another type is given.
      let type = try encoding.table(1)
      let (width, isSigned) = type == nil ? (4, true) : try Self.integer(type, name)
      let values = self
      kind = .dictionary(
        id: Int(try encoding.number(0, or: Int64(0))), width: width, isSigned: isSigned, values: values)
    }
  }

  private static func integer(
    _ type: FlatTable?, _ name: String
  ) throws(ArrowError) -> (width: Int, isSigned: Bool) {
    let width = Int(try type?.number(0, or: Int32(0)) ?? 0)
    guard [8, 16, 32, 64].contains(width) else {
      throw ArrowError(
        .value("bits of integers", expected: "8, 16, 32 or 64", found: "\(width)"), column: name)
    }
    return (width / 8, try type?.number(1, or: UInt8(0)) == 1)
  }

  private static func kind(
    of table: FlatTable, _ children: [ArrowField], _ name: String
  ) throws(ArrowError) -> Kind {
    let code: UInt8 = try table.number(2, or: 0)
    let type = try table.table(3)
    func child() throws(ArrowError) -> ArrowField {
      guard children.count == 1 else {
        throw ArrowError(
          .value("list", expected: "elements of one type", found: "\(children.count)"), column: name)
      }
      return children[0]
    }
    switch code {
    case 1: return .null
    case 2:
      let (width, isSigned) = try integer(type, name)
      return .integer(width: width, isSigned: isSigned)
    case 3:
      let precision = Int(try type?.number(0, or: Int16(0)) ?? 0)
      guard (0...2).contains(precision) else {
        throw ArrowError(
          .value("precision of floats", expected: "0, 1 or 2", found: "\(precision)"), column: name)
      }
      return .floating(width: 2 << precision)
    case 5: return .text(isLarge: false)
    case 20: return .text(isLarge: true)
    case 24: return .textViews
    case 6: return .boolean
    case 12: return .list(try child(), isLarge: false)
    case 21: return .list(try child(), isLarge: true)
    case 16: return .fixedList(try child(), size: Int(try type?.number(0, or: Int32(0)) ?? 0))
    case 13: return .record(children)
    default:
      let names: [UInt8: String] = [
        4: "bytes", 7: "decimals", 8: "dates", 9: "times", 10: "time stamps", 17: "a map",
      ]
      throw ArrowError(
        .value(
          expected: "numbers, truth values, texts, lists or records", found: names[code] ?? "type \(code)"),
        column: name)
    }
  }
}
