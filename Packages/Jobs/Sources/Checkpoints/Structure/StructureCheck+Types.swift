/// Element type of a dataset or attribute, as far as the walk needs it.
struct StoredType {
  /// Bytes of one element.
  let byteCount: Int
  /// Elements are references to a global heap: text of variable length.
  let isInHeap: Bool
}

extension StructureCheck {
  /// IV.A.2.b: dataspace, versions 1 and 2. Returns its lengths, `nil` for one without elements.
  func dataspace(_ message: ByteCursor) throws(StructureFault) -> [Int]? {
    var data = message
    let (version, rank, flags) = (try data.number(1), try data.number(1), try data.number(1))
    try data.require(version == 1 || version == 2, "version 1 or 2, found \(version)")
    try data.require(rank <= 32, "at most 32 axes, found \(rank)")
    try data.require(flags <= 1, "no permutation of the axes")
    let kind = try data.number(1)
    if version == 1 { try data.skip(4) }
    var lengths: [Int] = []
    for _ in 0..<rank { lengths.append(try data.number(8)) }
    if flags == 1 {
      for length in lengths {
        if let maximum = try data.address() {
          try data.require(maximum >= length, "lengths up to their maximum")
        }
      }
    }
    if version == 2 {
      try data.require(kind <= 2 && (kind == 1) == (rank > 0), "a kind that fits \(rank) axes, found \(kind)")
      if kind == 2 { return nil }
    }
    return lengths
  }

  /// The product of the lengths and of an element's bytes, which the file has to be able to hold.
  func byteCount(_ lengths: [Int]?, _ type: StoredType, _ what: String) throws(StructureFault) -> Int {
    guard let lengths else { return 0 }
    var result = type.byteCount
    for length in lengths {
      let (product, overflow) = result.multipliedReportingOverflow(by: length)
      if overflow { throw StructureFault("\(what) of shape \(lengths) is larger than any file") }
      result = product
    }
    return result
  }

  /// IV.A.2.d: datatype. Numbers, text, and enumerations of whole numbers.
  func datatype(_ message: ByteCursor) throws(StructureFault) -> StoredType {
    var data = message
    return try datatype(&data, depth: 0)
  }

  private func datatype(_ data: inout ByteCursor, depth: Int) throws(StructureFault) -> StoredType {
    let head = try data.number(1)
    let (kind, version) = (head & 0x0F, head >> 4)
    try data.require((1...3).contains(version), "a type of version 1 to 3, found \(version)")
    let bits = try data.number(3)
    let byteCount = try data.number(4)
    try data.require(byteCount > 0, "a type of at least one byte")
    switch kind {
    case 0: try wholeNumber(&data, byteCount)
    case 1: try float(&data, byteCount, signLocation: bits >> 8 & 0xFF)
    case 3:
      try data.require(bits & 0x0F <= 2 && bits >> 4 & 0x0F <= 1, "text of a known padding and character set")
    case 8 where depth == 0: try enumeration(&data, byteCount, members: bits & 0xFFFF, version: version)
    case 9 where depth == 0:
      try data.require(bits & 0x0F == 1 && byteCount == 16, "text, no other type of variable length")
      let base = try datatype(&data, depth: 1)
      try data.require(base.byteCount == 1, "text of bytes")
      return StoredType(byteCount: byteCount, isInHeap: true)
    default:
      throw StructureFault(
        "a type of class \(kind) at byte \(data.offset): a checkpoint has numbers and text only")
    }
    return StoredType(byteCount: byteCount, isInHeap: false)
  }

  private func wholeNumber(_ data: inout ByteCursor, _ byteCount: Int) throws(StructureFault) {
    let (start, precision) = (try data.number(2), try data.number(2))
    try data.require(byteCount <= 16, "a number of at most 16 bytes")
    try data.require(precision > 0 && start + precision <= 8 * byteCount, "bits inside the number")
  }

  private func float(
    _ data: inout ByteCursor, _ byteCount: Int, signLocation: Int
  ) throws(StructureFault) {
    let (start, precision) = (try data.number(2), try data.number(2))
    let (exponentStart, exponentBits) = (try data.number(1), try data.number(1))
    let (mantissaStart, mantissaBits) = (try data.number(1), try data.number(1))
    try data.skip(4)
    try data.require(
      byteCount <= 16 && precision > 0 && start + precision <= 8 * byteCount, "bits inside the number")
    let fields = [(signLocation, 1), (exponentStart, exponentBits), (mantissaStart, mantissaBits)]
    for (location, width) in fields {
      try data.require(
        width > 0 && location + width <= start + precision, "sign, exponent and mantissa inside it")
    }
    try data.require(
      exponentStart + exponentBits <= mantissaStart || mantissaStart + mantissaBits <= exponentStart,
      "exponent and mantissa apart")
    for (location, width) in fields.dropFirst() {
      try data.require(!(location..<location + width).contains(signLocation), "a sign apart from the rest")
    }
  }

  /// h5py's bool is one.
  private func enumeration(
    _ data: inout ByteCursor, _ byteCount: Int, members: Int, version: Int
  ) throws(StructureFault) {
    let base = try datatype(&data, depth: 1)
    try data.require(base.byteCount == byteCount, "members as long as their type")
    for _ in 0..<members {
      var length = 0
      while try data.number(1) != 0 { length += 1 }
      try data.require(length > 0, "members with names")
      if version < 3 { try data.skip(7 - length % 8) }
    }
    try data.skip(members * byteCount)
  }
}
