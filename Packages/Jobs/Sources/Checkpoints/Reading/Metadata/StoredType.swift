internal import TensorCore

/// IV.A.2.d: what one element of a dataset or attribute is.
struct StoredType {
  enum Kind: Equatable {
    /// `isPlain`: all bits belong to the number.
    case integer(isSigned: Bool, isPlain: Bool)
    case float(FloatFields)
    /// `isSpacePadded`: spaces at the end are no text; else a zero ends it.
    case text(isSpacePadded: Bool)
    /// Text of any length in a global heap.
    case variableText
    /// What neither a tensor nor an attribute of a checkpoint holds, in words.
    case other(String)
  }

  /// Where sign, exponent and mantissa of a floating-point number are, in bits from the lowest.
  struct FloatFields: Equatable {
    var sign: Int
    var exponent: Int
    var exponentBits: Int
    var mantissaBits: Int
    var bias: Int
    /// The rest is as IEEE 754 has it: mantissa from bit 0, first bit implied, all bits used, padded with zeros.
    var isPlain = true
    var precision: Int
  }

  /// Bytes of one element.
  let byteCount: Int
  let kind: Kind
  let isBigEndian: Bool

  /// Versions 1 to 5, which differ in types that are not read.
  init(_ message: ByteCursor) throws(HDF5Fault) {
    var data = message
    let head = try data.number(1)
    let (type, version) = (head & 0x0F, head >> 4)
    try data.require((1...5).contains(version), "a type of version 1 to 5", found: "\(version)")
    let bits = try data.number(3)
    byteCount = try data.number(4)
    try data.require(byteCount > 0, "a type of at least one byte")
    isBigEndian = type <= 1 && bits & 1 != 0
    kind =
      switch type {
      case 0: try Self.integer(&data, bits, byteCount)
      case 1: try Self.float(&data, bits, byteCount)
      case 3: .text(isSpacePadded: bits & 0x0F == 2)
      case 9 where bits & 0x0F == 1 && byteCount == 16: .variableText
      default: .other(Self.name(ofClass: type))
      }
  }

  private static func integer(_ data: inout ByteCursor, _ bits: Int, _ byteCount: Int) throws(HDF5Fault)
    -> Kind
  {
    let (offset, precision) = (try data.number(2), try data.number(2))
    try data.require(precision > 0 && offset + precision <= 8 * byteCount, "bits inside the number")
    let isPlain = offset == 0 && precision == 8 * byteCount && bits & 0x06 == 0
    return .integer(isSigned: bits & 0x08 != 0, isPlain: isPlain)
  }

  private static func float(_ data: inout ByteCursor, _ bits: Int, _ byteCount: Int) throws(HDF5Fault) -> Kind
  {
    let (offset, precision) = (try data.number(2), try data.number(2))
    let (exponent, exponentBits) = (try data.number(1), try data.number(1))
    let (mantissa, mantissaBits) = (try data.number(1), try data.number(1))
    let bias = try data.number(4)
    try data.require(precision > 0 && offset + precision <= 8 * byteCount, "bits inside the number")
    let isPlain =
      offset == 0 && precision == 8 * byteCount && mantissa == 0 && bits & 0x4E == 0 && bits >> 4 & 0x03 == 2
    return .float(
      FloatFields(
        sign: bits >> 8 & 0xFF, exponent: exponent, exponentBits: exponentBits, mantissaBits: mantissaBits,
        bias: bias, isPlain: isPlain, precision: precision))
  }

  private static func name(ofClass type: Int) -> String {
    switch type {
    case 2: "time"
    case 4: "bit field"
    case 6: "compound"
    case 7: "reference"
    case 8: "enumeration (h5py's bool is one)"
    case 9: "sequence of variable length"
    case 10: "array"
    case 11: "complex number"
    default: "opaque"
    }
  }
}

extension StoredType {
  /// The type of a tensor with these elements; `nil` for elements that no tensor has.
  var element: ElementType? {
    switch kind {
    case .integer(let isSigned, isPlain: true):
      switch (byteCount, isSigned) {
      case (8, true): .int64
      case (4, true): .int32
      case (2, false): .uint16
      case (1, false): .uint8
      default: nil
      }
    case .float(let fields):
      ElementType.allCases.first { $0.isFloatingPoint && $0.byteCount == byteCount && $0.fields == fields }
    default: nil
    }
  }

  /// In words, for errors: `64-bit unsigned integer`, `string`.
  var name: String {
    switch kind {
    case .integer(let isSigned, let isPlain):
      "\(8 * byteCount)-bit \(isSigned ? "signed" : "unsigned") integer\(isPlain ? "" : " with padding")"
    case .float(let fields): "\(8 * byteCount)-bit float of \(fields.precision) significant bits"
    case .text, .variableText: "string"
    case .other(let name): name
    }
  }
}

extension ElementType {
  /// `nil` for whole numbers.
  fileprivate var fields: StoredType.FloatFields? {
    let (exponentBits, bias): (Int, Int)
    switch self {
    case .float16: (exponentBits, bias) = (5, 15)
    case .bfloat16, .float32: (exponentBits, bias) = (8, 127)
    case .float64: (exponentBits, bias) = (11, 1023)
    default: return nil
    }
    let bits = 8 * byteCount
    return .init(
      sign: bits - 1, exponent: bits - 1 - exponentBits, exponentBits: exponentBits,
      mantissaBits: bits - 1 - exponentBits, bias: bias, precision: bits)
  }
}
