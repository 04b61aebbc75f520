/// Bytes that are no text, as Python's `repr` writes them.
enum PythonBytes {
  static func representation(_ bytes: ArraySlice<UInt8>) -> String {
    let quote: UInt8 = bytes.contains(0x27) && !bytes.contains(0x22) ? 0x22 : 0x27
    var text: [UInt8] = [0x62, quote]
    text.reserveCapacity(bytes.count + 3)
    for byte in bytes {
      switch byte {
      case 0x09: text += Array("\\t".utf8)
      case 0x0A: text += Array("\\n".utf8)
      case 0x0D: text += Array("\\r".utf8)
      case 0x5C, quote: text += [0x5C, byte]
      case 0x20..<0x7F: text.append(byte)
      default: text += [0x5C, 0x78, digit(byte >> 4), digit(byte & 15)]
      }
    }
    text.append(quote)
    return String(decoding: text, as: UTF8.self)
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
}
