/// A piece of JSON, as configurations and headers hold it.
package enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object(JSONObject)

  /// Reads a whole file.
  ///
  /// - Parameter path: Names the file in errors.
  package init(_ bytes: [UInt8], path: String) throws(WeightsError) {
    var reader = JSONReader(bytes, path: path)
    self = try reader.value()
    try reader.expectEnd()
  }

  package var object: JSONObject? { if case .object(let object) = self { object } else { nil } }
  package var list: [JSONValue]? { if case .list(let elements) = self { elements } else { nil } }
  package var text: String? { if case .text(let text) = self { text } else { nil } }
  package var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }
  package var integer: Int? {
    switch self {
    case .integer(let integer): integer
    case .number(let number): Int(exactly: number)
    default: nil
    }
  }
  package var number: Double? {
    switch self {
    case .integer(let integer): Double(integer)
    case .number(let number): number
    default: nil
    }
  }
}

/// Names and values, in the order of the file; no name occurs twice.
package struct JSONObject: Sendable, Equatable {
  package private(set) var names: [String] = []
  private var values: [String: JSONValue] = [:]

  package init() {}

  package subscript(name: String) -> JSONValue? { values[name] }

  /// - Returns: False if there is one of the name already, which stays.
  @discardableResult
  package mutating func add(_ name: String, _ value: JSONValue) -> Bool {
    guard values[name] == nil else { return false }
    names.append(name)
    values[name] = value
    return true
  }
}

extension JSONValue: CustomStringConvertible {
  /// For errors: short, on one line.
  package var description: String {
    switch self {
    case .null: "null"
    case .bool(let bool): "\(bool)"
    case .integer(let integer): "\(integer)"
    case .number(let number): "\(number)"
    case .text(let text): "'\(text.prefix(80))'"
    case .list(let elements): "a list of \(elements.count)"
    case .object(let object): "an object of \(object.names.count)"
    }
  }
}
