internal import Basics

/// A node of the schema, as the footer lists them: depth first, each with the number of its children.
struct SchemaElement: Sendable {
  enum Repetition: Int { case required, optional, repeated }

  var name = ""
  var physical: PhysicalType?
  var typeLength = 0
  var repetition = Repetition.required
  var childCount = 0
  var converted: Int?
  var logical: LogicalType?
  var scale = 0

  init(_ reader: inout ThriftReader) throws(ParquetError) {
    try reader.structure { (reader, field) throws(ParquetError) in
      switch field.id {
      case 1: physical = try PhysicalType(code: reader.integer(of: field))
      case 2: typeLength = try reader.integer(of: field)
      case 3:
        let code = try reader.integer(of: field)
        guard let repetition = Repetition(rawValue: code) else {
          throw .violation(.value("repetition in the schema", expected: "0, 1 or 2", found: "\(code)"))
        }
        self.repetition = repetition
      case 4: name = try reader.text(of: field)
      case 5: childCount = try reader.integer(of: field)
      case 6: converted = try reader.integer(of: field)
      case 7: scale = try reader.integer(of: field)
      case 10: logical = try LogicalType(&reader, field)
      default: try reader.skip(field)
      }
    }
  }

  /// What the values are, by the logical type or, in older files, the converted type.
  var type: LogicalType? { logical ?? converted.flatMap { LogicalType(converted: $0, scale: scale) } }
}

/// How values are stored.
enum PhysicalType: Int {
  case boolean, int32, int64, int96, float, double, byteArray, fixed

  init(code: Int) throws(ParquetError) {
    guard let type = PhysicalType(rawValue: code) else {
      throw .violation(.value("physical type in the schema", expected: "0 to 7", found: "\(code)"))
    }
    self = type
  }
}
