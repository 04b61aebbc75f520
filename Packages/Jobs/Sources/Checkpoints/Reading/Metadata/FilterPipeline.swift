/// IV.A.2.l: what was done to a chunk before it was stored, in this order.
struct FilterPipeline {
  enum Filter: Int {
    case deflate = 1
    case shuffle = 2
    case fletcher32 = 3
  }

  let filters: [Filter]

  static let none = FilterPipeline(filters: [])

  private init(filters: [Filter]) { self.filters = filters }

  /// Versions 1 and 2.
  init(_ message: ByteCursor, _ type: StoredType) throws(HDF5Fault) {
    var data = message
    let (version, count) = (try data.number(1), try data.number(1))
    try data.require(version == 1 || version == 2, "filters of version 1 or 2", found: "\(version)")
    try data.require(count <= 32, "at most 32 filters", found: "\(count)")
    if version == 1 { try data.skip(6) }
    var filters: [Filter] = []
    for _ in 0..<count {
      let number = try data.number(2)
      let nameLength = version == 1 || number >= 256 ? try data.number(2) : 0
      try data.skip(2)  // whether a chunk may go without
      let valueCount = try data.number(2)
      try data.skip(version == 1 ? nameLength.dividedRoundingUp(by: 8) * 8 : nameLength)
      guard let filter = Filter(rawValue: number) else {
        throw .unsupported(
          "filter \(number)\(Self.name(of: number))", supported: ["deflate", "shuffle", "Fletcher-32"])
      }
      if filter == .shuffle {
        try data.require(valueCount == 1, "one value for shuffle", found: "\(valueCount)")
        let width = try data.number(4)
        try data.require(width == type.byteCount, "shuffle over whole elements", found: "\(width) bytes")
      } else {
        try data.skip(4 * valueCount)
      }
      if version == 1, valueCount % 2 == 1 { try data.skip(4) }
      guard filter != .deflate || !filters.contains(.deflate) else {
        throw .unsupported("deflate, twice,")
      }
      filters.append(filter)
    }
    self.filters = filters
  }

  /// Registered filters that people use.
  private static func name(of number: Int) -> String {
    let names = [
      4: "szip", 5: "N-bit", 6: "scale and offset", 307: "bzip2", 32000: "LZF", 32001: "Blosc", 32004: "LZ4",
      32008: "bitshuffle", 32013: "ZFP", 32015: "Zstandard", 32026: "Blosc2",
    ]
    return names[number].map { " (\($0))" } ?? ""
  }
}
