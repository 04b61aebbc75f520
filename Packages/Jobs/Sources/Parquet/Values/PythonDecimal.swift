internal import Basics

/// Decimals as Python writes them.
enum PythonDecimal {
  /// Two's complement of any length is more than any decimal has: 76 digits take 32 bytes.
  private static let longest = 64

  /// The decimal digits of a number in two's complement, its highest byte first.
  static func digits(bigEndian bytes: ArraySlice<UInt8>) throws(ParquetError) -> (String, isNegative: Bool) {
    guard bytes.count <= longest else {
      throw .violation(.value("bytes of a decimal", expected: "at most \(longest)", found: "\(bytes.count)"))
    }
    let isNegative = (bytes.first ?? 0) >= 0x80
    var magnitude = isNegative ? negated(Array(bytes)) : Array(bytes)
    var digits = ""
    while magnitude.contains(where: { $0 != 0 }) {
      var remainder = 0
      for index in magnitude.indices {
        let value = remainder << 8 | Int(magnitude[index])
        (magnitude[index], remainder) = (UInt8(value / 10), value % 10)
      }
      digits = "\(remainder)" + digits
    }
    return (digits.isEmpty ? "0" : digits, isNegative)
  }

  private static func negated(_ bytes: [UInt8]) -> [UInt8] {
    var (result, carry) = (bytes.map(~), true)
    for index in result.indices.reversed() where carry {
      (result[index], carry) = (result[index] &+ 1, result[index] == 0xFF)
    }
    return result
  }

  /// With so many of the digits behind the point; an exponent where the number is small.
  ///
  /// - Source: Python 3.11, `decimal.Decimal.__str__`.
  static func text(_ digits: String, isNegative: Bool, scale: Int) -> String {
    let sign = isNegative ? "-" : ""
    let scale = min(max(scale, 0), 1000)
    guard scale > 0 else { return sign + digits }
    let exponent = digits.utf8.count - scale  // of the first digit, plus one
    if exponent > 0 { return sign + digits.prefix(exponent) + "." + digits.dropFirst(exponent) }
    if exponent > -6 { return sign + "0." + String(repeating: "0", count: -exponent) + digits }
    let head = digits.prefix(1) + (digits.utf8.count > 1 ? "." + digits.dropFirst() : "")
    return sign + head + "E\(exponent - 1)"
  }
}
