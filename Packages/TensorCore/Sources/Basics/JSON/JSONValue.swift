/// A JSON value whose objects keep their order, so that a file's bytes depend only on its content.
///
/// ``JSONReader`` reads it; ``indented`` and ``line`` write it.
public indirect enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  /// Written in the shortest form that reads back as the same float64; `null` where it is not finite.
  case number(Double)
  case text(String)
  /// JSON as it is, on one line. Readers give it for whole numbers beyond 64 bits only, where they are asked to.
  case json(String)
  case list([JSONValue])
  case object([(String, JSONValue)])

  public static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.text) ?? .null }

  /// Reads a whole document.
  ///
  /// - Throws: ``JSONError`` with the byte where it stops being JSON.
  public init(_ bytes: [UInt8], options: JSONReader.Options = .init()) throws(JSONError) {
    var reader = JSONReader(bytes, options: options)
    self = try reader.value()
    try reader.expectEnd()
  }

  /// The members of an object by name; `nil` for any other value.
  public var object: JSONObject? { if case .object(let pairs) = self { JSONObject(pairs) } else { nil } }
  public var list: [JSONValue]? { if case .list(let elements) = self { elements } else { nil } }
  public var text: String? { if case .text(let text) = self { text } else { nil } }
  public var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }
  /// A whole number, however it is spelt: `64` and `64.0`.
  public var integer: Int? {
    switch self {
    case .integer(let integer): integer
    case .number(let number): Int(exactly: number)
    default: nil
    }
  }
  /// Any number, as a float64.
  public var number: Double? {
    switch self {
    case .integer(let integer): Double(integer)
    case .number(let number): number
    case .json(let digits): Double(digits)
    default: nil
    }
  }
}

extension JSONValue: Equatable {
  public static func == (one: JSONValue, other: JSONValue) -> Bool {
    switch (one, other) {
    case (.null, .null): true
    case (.bool(let one), .bool(let other)): one == other
    case (.integer(let one), .integer(let other)): one == other
    case (.number(let one), .number(let other)): one == other
    case (.text(let one), .text(let other)), (.json(let one), .json(let other)): one == other
    case (.list(let one), .list(let other)): one == other
    case (.object(let one), .object(let other)): one.elementsEqual(other) { $0.0 == $1.0 && $0.1 == $1.1 }
    default: false
    }
  }
}

extension JSONValue: CustomStringConvertible {
  /// For errors: short, on one line.
  public var description: String {
    switch self {
    case .null: "null"
    case .bool(let bool): "\(bool)"
    case .integer(let integer): "\(integer)"
    case .number(let number): "\(number)"
    case .text(let text): "'\(text.prefix(80))'"
    case .json(let text): String(text.prefix(80))
    case .list(let elements): "a list of \(elements.count)"
    case .object(let pairs): "an object of \(pairs.count)"
    }
  }
}

/// The members of a JSON object by name, in the order of the file.
public struct JSONObject: Sendable, Equatable {
  public private(set) var names: [String] = []
  private var values: [String: JSONValue] = [:]

  public init() {}

  /// Of members of one name the last stays, in the place of the first.
  public init(_ pairs: [(String, JSONValue)]) {
    for (name, value) in pairs { self[name] = value }
  }

  /// The value of a member; setting `nil` changes nothing.
  public subscript(name: String) -> JSONValue? {
    get { values[name] }
    set {
      guard let newValue else { return }
      if values.updateValue(newValue, forKey: name) == nil { names.append(name) }
    }
  }
}
