import Basics

/// The fields of a request's object, read by type. A field that is absent or `null` has no value; one of another type is an
/// error; fields that no reader asks for are passed over, as OpenAI does.
struct Fields {
  let object: JSONObject
  /// Where the object stands in the request, for example `messages[2].`.
  let place: String

  init(_ object: JSONObject, place: String = "") {
    self.object = object
    self.place = place
  }

  /// - Throws: ``APIError`` for a body that is no JSON object.
  init(body: [UInt8]) throws(APIError) {
    let value: JSONValue
    var options = JSONReader.Options()
    options.refusesDuplicates = false
    do { value = try JSONValue(body, options: options) } catch {
      throw APIError(400, "the body is not \(error)", code: "invalid_json")
    }
    guard let object = value.object else {
      throw APIError(400, "the body must be a JSON object, found \(value)", code: "invalid_json")
    }
    self.init(object)
  }

  func value(_ name: String) -> JSONValue? {
    guard let value = object[name], value != .null else { return nil }
    return value
  }

  func integer(_ name: String, in range: ClosedRange<Int>) throws(APIError) -> Int? {
    guard let value = value(name) else { return nil }
    guard let integer = value.integer, range.contains(integer) else {
      let most = range.upperBound == Int.max ? "" : " to \(range.upperBound)"
      throw .field(
        place + name, expected: "a whole number from \(range.lowerBound)\(most)", found: value)
    }
    return integer
  }

  func number(_ name: String, in range: ClosedRange<Double>) throws(APIError) -> Double? {
    guard let value = value(name) else { return nil }
    guard let number = value.number, range.contains(number) else {
      throw .field(
        place + name, expected: "a number from \(range.lowerBound) to \(range.upperBound)", found: value)
    }
    return number
  }

  func bool(_ name: String) throws(APIError) -> Bool? {
    guard let value = value(name) else { return nil }
    guard let bool = value.bool else {
      throw .field(place + name, expected: "true or false", found: value)
    }
    return bool
  }

  func text(_ name: String) throws(APIError) -> String? {
    guard let value = value(name) else { return nil }
    guard let text = value.text else { throw .field(place + name, expected: "a text", found: value) }
    return text
  }

  func list(_ name: String) throws(APIError) -> [JSONValue]? {
    guard let value = value(name) else { return nil }
    guard let list = value.list else { throw .field(place + name, expected: "a list", found: value) }
    return list
  }

  /// One text, or a list of them; those that are `null` are none.
  func texts(_ name: String, atMost most: Int) throws(APIError) -> [String] {
    guard let value = value(name) else { return [] }
    let given = value.list ?? [value]
    guard given.count <= most else {
      throw .field(place + name, expected: "at most \(most) texts", found: value)
    }
    var texts: [String] = []
    for entry in given where entry != .null {
      guard let text = entry.text, !text.isEmpty else {
        throw .field(place + name, expected: "a text that is not empty, or a list of such", found: entry)
      }
      texts.append(text)
    }
    return texts
  }

  /// A list of token ids.
  func ids(_ name: String) throws(APIError) -> [Int32]? {
    guard let list = try list(name) else { return nil }
    return try Self.ids(list, field: place + name)
  }

  static func ids(_ list: [JSONValue], field: String) throws(APIError) -> [Int32] {
    var ids: [Int32] = []
    ids.reserveCapacity(list.count)
    for value in list {
      guard let integer = value.integer, let id = Int32(exactly: integer), id >= 0 else {
        throw .field(field, expected: "a list of token ids", found: value)
      }
      ids.append(id)
    }
    return ids
  }

  func required<Value>(_ value: Value?, _ name: String) throws(APIError) -> Value {
    guard let value else { throw APIError(400, "'\(place + name)' is missing", field: place + name) }
    return value
  }
}
