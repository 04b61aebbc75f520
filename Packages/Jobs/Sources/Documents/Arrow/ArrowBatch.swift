import Basics
import Templating

/// Rows of an Arrow file, whose columns are read in the order of the schema.
struct ArrowBatch {
  /// How many rows there are.
  let count: Int
  private let body: ArrowBytes
  private var nodes: ArraySlice<(Int, Int)>
  private var buffers: ArraySlice<(Int, Int)>
  /// How many buffers of texts each column of views has.
  private var viewBufferCounts: ArraySlice<Int>
  private let codec: ArrowCodec?
  private let dictionaries: [Int: [TemplateValue]]
  private let budget: ArrowBudget

  /// - Parameters:
  ///   - header: The table that describes the rows.
  ///   - dictionaries: The values that indices stand for, by the dictionary's number.
  init(
    _ header: FlatTable, _ body: ArrowBytes, _ dictionaries: [Int: [TemplateValue]], _ budget: ArrowBudget
  ) throws(ArrowError) {
    codec = try header.table(3).map { table throws(ArrowError) in try ArrowCodec(table) }
    (self.body, self.dictionaries, self.budget) = (body, dictionaries, budget)
    count = Int(try header.number(0, or: Int64(0)))
    guard count >= 0 else {
      throw ArrowError(.value("number of rows", expected: "at least 0", found: "\(count)"))
    }
    try budget.take(values: count)
    nodes = try header.pairs(1)[...]
    buffers = try header.pairs(2)[...]
    viewBufferCounts = try header.numbers(4)[...]
  }

  /// The values of a column, or of what a column is made of.
  mutating func values(of field: ArrowField) throws(ArrowError) -> [TemplateValue] {
    try values(of: field, expected: count)
  }

  private mutating func values(of field: ArrowField, expected: Int?) throws(ArrowError) -> [TemplateValue] {
    guard let (length, nulls) = nodes.popFirst() else {
      throw ArrowError(.missing("values in the rows"), column: field.name)
    }
    guard length >= 0, length == expected ?? length else {
      throw ArrowError(
        .value("number of values", expected: "\(expected ?? count)", found: "\(length)"), column: field.name)
    }
    try budget.take(values: length)
    if case .null = field.kind { return Array(repeating: .null, count: length) }
    let validity = try buffer()
    let present = try present(validity, length, nulls)
    switch field.kind {
    case .null: return []
    case .boolean, .integer, .floating: return try scalars(field.kind, present)
    case .text(let isLarge): return try texts(isLarge, present)
    case .textViews: return try textViews(present)
    case .dictionary(let id, let width, let isSigned, _):
      guard let dictionary = dictionaries[id] else {
        throw ArrowError(.missing("dictionary of its values"), column: field.name)
      }
      return try indexed(dictionary, width, isSigned, present)
    case .list(let element, let isLarge): return try lists(of: element, isLarge, present)
    case .fixedList(let element, let size):
      let elements = try values(of: element, expected: nil)
      guard size >= 0, length == 0 || size <= elements.count / length else {
        throw ArrowError(
          .value("number of elements", expected: "\(length) lists of \(size)", found: "\(elements.count)"),
          column: field.name)
      }
      return (0..<length).map { present[$0] ? .list(Array(elements[$0 * size..<($0 + 1) * size])) : .null }
    case .record(let fields): return try records(of: fields, present)
    }
  }

  /// The value of each index that is there, and null for the others.
  private static func map(
    _ present: [Bool], _ read: (Int) throws(ArrowError) -> TemplateValue
  ) throws(ArrowError) -> [TemplateValue] {
    try ArrowError.map(present.indices) { index throws(ArrowError) in
      present[index] ? try read(index) : .null
    }
  }

  /// Values of one width each, of which there is one buffer.
  private mutating func scalars(_ kind: ArrowField.Kind, _ present: [Bool]) throws(ArrowError)
    -> [TemplateValue]
  {
    let numbers = try buffer()
    return try Self.map(present) { index throws(ArrowError) in
      switch kind {
      case .integer(let width, let isSigned): try Self.integer(numbers, index, width, isSigned)
      case .floating(let width): .float(try Self.floating(numbers, index, width))
      default: .boolean(try numbers.byte(at: index / 8) >> UInt8(index % 8) & 1 == 1)
      }
    }
  }

  private mutating func texts(_ isLarge: Bool, _ present: [Bool]) throws(ArrowError) -> [TemplateValue] {
    let (offsets, texts, budget) = (try buffer(), try buffer(), budget)
    return try Self.map(present) { index throws(ArrowError) in
      let range = try Self.range(offsets, index, isLarge, within: texts.count)
      try budget.take(bytes: range.count)
      return .string(try texts.text(range.lowerBound, range.count))
    }
  }

  /// - Source: *Arrow Columnar Format* 1.5, "Variable-size Binary View Layout".
  private mutating func textViews(_ present: [Bool]) throws(ArrowError) -> [TemplateValue] {
    let views = try buffer()
    let count = viewBufferCounts.popFirst() ?? 0
    guard (0...buffers.count).contains(count) else { throw ArrowError(.missing("buffer of the rows")) }
    var parts: [ArrowBytes] = []
    for _ in 0..<count { parts.append(try buffer()) }
    let budget = budget
    return try Self.map(present) { index throws(ArrowError) in
      let place = 16 * index
      let length = Int(try views.number(Int32.self, at: place))
      if length <= 12 { return .string(try views.text(place + 4, length)) }
      let part = Int(try views.number(Int32.self, at: place + 8))
      guard parts.indices.contains(part) else {
        throw ArrowError(.value("buffer of a text", expected: "0 ..< \(parts.count)", found: "\(part)"))
      }
      try budget.take(derived: length)
      return .string(try parts[part].text(Int(views.number(Int32.self, at: place + 12)), length))
    }
  }

  private mutating func indexed(
    _ dictionary: [TemplateValue], _ width: Int, _ isSigned: Bool, _ present: [Bool]
  ) throws(ArrowError) -> [TemplateValue] {
    let indices = try buffer()
    return try Self.map(present) { place throws(ArrowError) in
      let index = try Self.smallInteger(indices, place, width, isSigned)
      guard dictionary.indices.contains(index) else {
        throw ArrowError(
          .value("an index of its dictionary", expected: "0 ..< \(dictionary.count)", found: "\(index)"))
      }
      return dictionary[index]
    }
  }

  private mutating func lists(of element: ArrowField, _ isLarge: Bool, _ present: [Bool]) throws(ArrowError)
    -> [TemplateValue]
  {
    let offsets = try buffer()
    let elements = try values(of: element, expected: nil)
    let budget = budget
    return try Self.map(present) { index throws(ArrowError) in
      let range = try Self.range(offsets, index, isLarge, within: elements.count)
      try budget.take(values: range.count)
      return .list(Array(elements[range]))
    }
  }

  private mutating func records(of fields: [ArrowField], _ present: [Bool]) throws(ArrowError)
    -> [TemplateValue]
  {
    let columns = try ArrowError.map(fields) { field throws(ArrowError) in
      try values(of: field, expected: present.count)
    }
    return present.indices.map { index in
      guard present[index] else { return .null }
      var record = TemplateDictionary()
      for (field, column) in zip(fields, columns) { record[field.name] = column[index] }
      return .dictionary(record)
    }
  }

  private mutating func buffer() throws(ArrowError) -> ArrowBytes {
    guard let (offset, length) = buffers.popFirst() else { throw ArrowError(.missing("buffer of the rows")) }
    let stored = try body.slice(offset, length)
    return try codec?.decompressed(stored, budget) ?? stored
  }

  /// Which values there are: a bit each, or all where no value is null.
  private func present(_ bits: ArrowBytes, _ length: Int, _ nulls: Int) throws(ArrowError) -> [Bool] {
    guard nulls != 0, bits.count > 0 else { return Array(repeating: true, count: length) }
    return try ArrowError.map(0..<length) { index throws(ArrowError) in
      try bits.byte(at: index / 8) >> UInt8(index % 8) & 1 == 1
    }
  }

  private static func integer(
    _ bytes: ArrowBytes, _ index: Int, _ width: Int, _ isSigned: Bool
  ) throws(ArrowError) -> TemplateValue {
    if width == 8, !isSigned {
      let number = try bytes.number(UInt64.self, at: 8 * index)
      // Beyond 63 bits the digits stay what they are, as a text.
      return Int(exactly: number).map(TemplateValue.integer) ?? .string(String(number))
    }
    return .integer(try smallInteger(bytes, index, width, isSigned))
  }

  private static func smallInteger(
    _ bytes: ArrowBytes, _ index: Int, _ width: Int, _ isSigned: Bool
  ) throws(ArrowError) -> Int {
    switch (width, isSigned) {
    case (1, true): Int(try bytes.number(Int8.self, at: index))
    case (1, false): Int(try bytes.number(UInt8.self, at: index))
    case (2, true): Int(try bytes.number(Int16.self, at: 2 * index))
    case (2, false): Int(try bytes.number(UInt16.self, at: 2 * index))
    case (4, true): Int(try bytes.number(Int32.self, at: 4 * index))
    case (4, false): Int(try bytes.number(UInt32.self, at: 4 * index))
    default: Int(try bytes.number(Int64.self, at: 8 * index))
    }
  }

  private static func floating(_ bytes: ArrowBytes, _ index: Int, _ width: Int) throws(ArrowError) -> Double {
    switch width {
    case 2: Double(Float16(bitPattern: try bytes.number(UInt16.self, at: 2 * index)))
    case 4: Double(Float(bitPattern: try bytes.number(UInt32.self, at: 4 * index)))
    default: Double(bitPattern: try bytes.number(UInt64.self, at: 8 * index))
    }
  }

  /// The part of a buffer or of a list's elements that one value has.
  private static func range(
    _ offsets: ArrowBytes, _ index: Int, _ isLarge: Bool, within count: Int
  ) throws(ArrowError) -> Range<Int> {
    let (start, end) =
      isLarge
      ? (
        Int(try offsets.number(Int64.self, at: 8 * index)),
        Int(try offsets.number(Int64.self, at: 8 * index + 8))
      )
      : (
        Int(try offsets.number(Int32.self, at: 4 * index)),
        Int(try offsets.number(Int32.self, at: 4 * index + 4))
      )
    guard start >= 0, start <= end, end <= count else {
      throw ArrowError(
        .value("range of a value", expected: "within 0 ..< \(count)", found: "\(start) ..< \(end)"))
    }
    return start..<end
  }
}
