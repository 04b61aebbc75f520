internal import Basics

extension HDF5Reader {
  /// The strings of an attribute, of fixed or variable length.
  ///
  /// - Throws: ``HDF5Fault`` if it holds something else than UTF-8 text.
  func strings(_ attribute: StoredAttribute) throws(HDF5Fault) -> [String] {
    var values = attribute.values
    var strings: [String] = []
    for _ in 0..<attribute.space.count {
      let bytes: [UInt8]
      switch attribute.type.kind {
      case .text(let isSpacePadded):
        bytes = Self.unpadded(try values.bytes(attribute.type.byteCount), isSpacePadded)
      case .variableText: bytes = try variableText(&values)
      default: throw HDF5Fault(.value(expected: "text", found: attribute.type.name))
      }
      guard let string = String(validating: bytes, as: UTF8.self) else {
        throw HDF5Fault(.value(expected: "UTF-8 text"))
      }
      strings.append(string)
    }
    if strings.isEmpty, !attribute.type.isText {
      throw HDF5Fault(.value(expected: "text", found: attribute.type.name))
    }
    return strings
  }

  /// The text of an attribute with one element.
  func string(_ attribute: StoredAttribute) throws(HDF5Fault) -> String {
    let strings = try strings(attribute)
    guard strings.count == 1 else {
      throw HDF5Fault(.value(expected: "one string", found: "\(strings.count)"))
    }
    return strings[0]
  }

  /// The whole number of an attribute with one element.
  func integer(_ attribute: StoredAttribute) throws(HDF5Fault) -> Int {
    guard case .integer(let isSigned, isPlain: true) = attribute.type.kind, attribute.space.count == 1,
      attribute.type.byteCount <= 8
    else { throw HDF5Fault(.value(expected: "one whole number", found: attribute.type.name)) }
    var values = attribute.values
    var bytes = try values.bytes(attribute.type.byteCount)
    if !attribute.type.isBigEndian { bytes.reverse() }
    let isNegative = isSigned && bytes[0] & 0x80 != 0
    let bits = bytes.reduce(isNegative ? UInt64.max : 0) { $0 << 8 | UInt64($1) }
    if isSigned { return Int(truncatingIfNeeded: bits) }
    guard let number = Int(exactly: bits) else {
      throw HDF5Fault(.value(expected: "a number below 2^63", found: "\(bits)"))
    }
    return number
  }

  private static func unpadded(_ bytes: [UInt8], _ isSpacePadded: Bool) -> [UInt8] {
    guard isSpacePadded else { return Array(bytes.prefix { $0 != 0 }) }
    return Array(bytes.prefix((bytes.lastIndex { $0 != 0x20 } ?? -1) + 1))
  }

  /// Length, heap and number of an object in it.
  private func variableText(_ values: inout ByteCursor) throws(HDF5Fault) -> [UInt8] {
    let (length, heap, number) = (try values.number(4), try values.address(), try values.number(4))
    guard length > 0, let heap else { return [] }
    let range = try globalHeapObject(number, ofHeapAt: heap)
    guard length <= range.count else {
      throw HDF5Fault(
        .value("object \(number)", expected: "\(length) bytes", found: "\(range.count)"),
        in: .init("global heap", at: heap))
    }
    try charge(length, "text", at: range.lowerBound)
    let bytes = contents.withBytes { $0.array(range.lowerBound..<range.lowerBound + length) }
    return Array(bytes.prefix { $0 != 0 })
  }
}

extension StoredType {
  var isText: Bool {
    switch kind {
    case .text, .variableText: true
    default: false
    }
  }
}
