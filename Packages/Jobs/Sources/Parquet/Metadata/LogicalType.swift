internal import Basics

/// What stored values mean.
enum LogicalType: Equatable {
  enum Unit: Int {
    case milliseconds = 1
    case microseconds = 2
    case nanoseconds = 3
  }

  case text, map, list, enumeration, date, null, json, bson, uuid, float16
  case decimal(scale: Int)
  case time(Unit)
  /// An instant of UTC, or what a clock on the wall shows.
  case timestamp(Unit, isUTC: Bool)
  case integer(bits: Int, isSigned: Bool)

  /// The union of the footer; `nil` for a type that came later, whose values are read as they are stored.
  init?(_ reader: inout ThriftReader, _ field: ThriftReader.Field) throws(ParquetError) {
    var result: LogicalType?
    try reader.structure(of: field) { (reader, field) throws(ParquetError) in
      switch field.id {
      case 5: result = .decimal(scale: try Self.members(&reader, field).scale)
      case 7: result = .time(try Self.members(&reader, field).unit)
      case 8:
        let members = try Self.members(&reader, field)
        result = .timestamp(members.unit, isUTC: members.isUTC)
      case 10: result = try Self.integer(&reader, field)
      default:
        result = Self.plain[field.id]
        try reader.skip(field)
      }
    }
    guard let result else { return nil }
    self = result
  }

  private static let plain: [Int: LogicalType] = [
    1: .text, 2: .map, 3: .list, 4: .enumeration, 6: .date, 11: .null, 12: .json, 13: .bson, 14: .uuid,
    15: .float16,
  ]

  /// The members of a decimal, where the first number is the scale, or of a time, where the first is a truth value.
  private static func members(
    _ reader: inout ThriftReader, _ field: ThriftReader.Field
  ) throws(ParquetError) -> (scale: Int, isUTC: Bool, unit: Unit) {
    var (scale, isUTC, unit) = (0, false, Unit.milliseconds)
    try reader.structure(of: field) { (reader, member) throws(ParquetError) in
      switch (member.id, member.type) {
      case (1, ThriftReader.Element.yes), (1, ThriftReader.Element.no):
        isUTC = try reader.boolean(of: member)
      case (1, _): scale = try reader.integer(of: member)
      case (2, ThriftReader.Element.structure):
        try reader.structure(of: member) { (reader, choice) throws(ParquetError) in
          guard let known = Unit(rawValue: choice.id) else {
            throw .violation(.value("unit in the schema", expected: "1 to 3", found: "\(choice.id)"))
          }
          unit = known
          try reader.skip(choice)
        }
      default: try reader.skip(member)
      }
    }
    return (scale, isUTC, unit)
  }

  private static func integer(
    _ reader: inout ThriftReader, _ field: ThriftReader.Field
  ) throws(ParquetError) -> LogicalType {
    var (bits, isSigned) = (64, true)
    try reader.structure(of: field) { (reader, member) throws(ParquetError) in
      switch member.id {
      case 1: bits = try reader.integer(of: member)
      case 2: isSigned = try reader.boolean(of: member)
      default: try reader.skip(member)
      }
    }
    return .integer(bits: bits, isSigned: isSigned)
  }

  /// The converted types, which the logical ones replaced.
  init?(converted code: Int, scale: Int) {
    switch code {
    case 0: self = .text
    case 1, 2: self = .map
    case 3: self = .list
    case 4: self = .enumeration
    case 5: self = .decimal(scale: scale)
    case 6: self = .date
    case 7: self = .time(.milliseconds)
    case 8: self = .time(.microseconds)
    // These did not say what they mean; Arrow takes them for clocks on the wall.
    case 9: self = .timestamp(.milliseconds, isUTC: false)
    case 10: self = .timestamp(.microseconds, isUTC: false)
    case 11...14: self = .integer(bits: 8 << (code - 11), isSigned: false)
    case 15...18: self = .integer(bits: 8 << (code - 15), isSigned: true)
    case 19: self = .json
    case 20: self = .bson
    default: return nil
    }
  }
}
