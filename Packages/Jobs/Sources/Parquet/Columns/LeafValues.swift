internal import Basics
import Templating

extension SchemaNode.Leaf {
  /// Appends stored values as what they mean.
  ///
  /// Templates know neither dates nor decimals nor bytes: these are the texts that Python makes of them.
  func append(
    _ stored: PhysicalValues, to values: inout [TemplateValue], _ budget: ParquetBudget
  ) throws(ParquetError) {
    switch stored {
    case .booleans(let booleans): for boolean in booleans { values.append(.boolean(boolean)) }
    case .floats(let floats): for float in floats { values.append(.float(float)) }
    case .integers(let integers): values += self.integers(integers)
    case .bytes(let arrays) where isText: try appendTexts(arrays, to: &values)
    case .bytes(let arrays):
      for range in arrays.ranges { values.append(try value(of: arrays.bytes[range], budget)) }
    }
  }

  private var isText: Bool { [.text, .json, .enumeration].contains(type) }

  /// Most of a file is texts: their storage is borrowed once, not once for each.
  private func appendTexts(_ arrays: ByteArrays, to values: inout [TemplateValue]) throws(ParquetError) {
    let bytes = arrays.bytes.span
    for range in arrays.ranges {
      guard let text = try? UTF8Span(validating: bytes.extracting(range)) else {
        throw .violation(.value("a text", expected: "UTF-8"))
      }
      values.append(.string(String(copying: text)))
    }
  }

  private func integers(_ values: [Int64]) -> [TemplateValue] {
    switch type {
    case .null: values.map { _ in .null }
    case .integer(let bits, isSigned: false): values.map { unsigned($0, bits) }
    case .date: values.map { .string(PythonDates.date(days: $0)) }
    case .time(let unit): values.map { .string(PythonDates.time($0, unit)) }
    case .timestamp(let unit, let isUTC):
      values.map { .string(PythonDates.timestamp($0, unit, isUTC: isUTC)) }
    case .decimal(let scale):
      values.map { .string(PythonDecimal.text("\($0.magnitude)", isNegative: $0 < 0, scale: scale)) }
    default: values.map { .integer(Int($0)) }
    }
  }

  /// Beyond 63 bits the digits stay what they are, as a text.
  private func unsigned(_ value: Int64, _ bits: Int) -> TemplateValue {
    if physical == .int32 { return .integer(Int(UInt32(truncatingIfNeeded: value))) }
    let value = UInt64(bitPattern: value)
    return Int(exactly: value).map(TemplateValue.integer) ?? .string("\(value)")
  }

  private func value(of bytes: ArraySlice<UInt8>, _ budget: ParquetBudget) throws(ParquetError)
    -> TemplateValue
  {
    switch type {
    case .decimal(let scale):
      let (digits, isNegative) = try PythonDecimal.digits(bigEndian: bytes)
      return .string(PythonDecimal.text(digits, isNegative: isNegative, scale: scale))
    case .float16 where bytes.count == 2:
      return .float(Double(Float16(bitPattern: UInt16(Array(bytes).littleEndian(at: 0, width: 2)))))
    case .uuid where bytes.count == 16: return .string(uuid(Array(bytes)))
    case .null: return .null
    default:
      if physical == .int96 { return .string(PythonDates.timestamp(int96: Array(bytes))) }
      try budget.take(bytes: 4 * bytes.count)
      return .string(PythonBytes.representation(bytes))
    }
  }

  private func uuid(_ bytes: [UInt8]) -> String {
    var text = ""
    for (index, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(index) { text += "-" }
      text += byte < 16 ? "0" : ""
      text += String(byte, radix: 16)
    }
    return text
  }
}
