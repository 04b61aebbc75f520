/// The escapes of Python's literal texts.
enum PythonEscapes {
  /// The text that a literal stands for; an escape that Python does not know stands for itself.
  static func resolved(_ raw: [Unicode.Scalar]) -> String {
    var result = String.UnicodeScalarView()
    var rest = raw[...]
    while let scalar = rest.popFirst() {
      guard scalar == "\\", let escape = rest.popFirst() else {
        result.append(scalar)
        continue
      }
      switch escape {
      case "\n": break
      case "\\", "'", "\"": result.append(escape)
      case "a": result.append("\u{7}")
      case "b": result.append("\u{8}")
      case "f": result.append("\u{C}")
      case "n": result.append("\n")
      case "r": result.append("\r")
      case "t": result.append("\t")
      case "v": result.append("\u{B}")
      case "x": append(hexadecimal(&rest, 2), escape, &result)
      case "u": append(hexadecimal(&rest, 4), escape, &result)
      case "U": append(hexadecimal(&rest, 8), escape, &result)
      case "0"..."7": append(octal(escape, &rest), escape, &result)
      default:
        result.append("\\")
        result.append(escape)
      }
    }
    return String(result)
  }

  private static func append(
    _ scalar: Unicode.Scalar?, _ escape: Unicode.Scalar, _ result: inout String.UnicodeScalarView
  ) {
    if let scalar { return result.append(scalar) }
    result.append("\\")
    result.append(escape)
  }

  private static func hexadecimal(_ rest: inout ArraySlice<Unicode.Scalar>, _ count: Int) -> Unicode.Scalar? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy(\.properties.isASCIIHexDigit) else { return nil }
    guard let value = UInt32(String(String.UnicodeScalarView(digits)), radix: 16),
      let scalar = Unicode.Scalar(value)
    else { return nil }
    rest = rest.dropFirst(count)
    return scalar
  }

  private static func octal(
    _ first: Unicode.Scalar, _ rest: inout ArraySlice<Unicode.Scalar>
  ) -> Unicode.Scalar? {
    var value = first.value - 48
    for _ in 0..<2 {
      guard let next = rest.first, ("0"..."7").contains(next) else { break }
      value = value * 8 + next.value - 48
      rest.removeFirst()
    }
    return Unicode.Scalar(value)
  }
}
