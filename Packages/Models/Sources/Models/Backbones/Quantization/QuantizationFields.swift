import Basics

/// The members of a `quantization_config`, or of an object within it.
struct QuantizationFields {
  private let object: JSONObject
  private let path: String
  /// Where it stands in the file: `quantization_config/`.
  private let scope: String

  init(_ object: JSONObject, path: String, scope: String = "quantization_config/") {
    (self.object, self.path, self.scope) = (object, path, scope)
  }

  func has(_ name: String) -> Bool { object[name].map { $0 != .null } ?? false }

  /// Whether it is there and null.
  func isNull(_ name: String) -> Bool { object[name] == .null }

  func text(_ name: String) -> String? { object[name]?.text }

  func value(_ name: String) -> JSONValue { object[name] ?? .null }

  /// The objects within an object, by their names.
  func objects(_ name: String) -> [(String, QuantizationFields)] {
    guard let members = object[name]?.object else { return [] }
    return members.names.compactMap { key in
      members[key]?.object.map {
        (key, QuantizationFields($0, path: path, scope: "\(scope)\(name)/\(key)/"))
      }
    }
  }

  /// An object within; an empty one where there is none.
  func object(_ name: String) -> QuantizationFields {
    QuantizationFields(object[name]?.object ?? JSONObject(), path: path, scope: "\(scope)\(name)/")
  }

  /// The bits of an integer.
  func bits(_ name: String, among known: [Int]) throws(ModelError) -> Int {
    guard has(name) else { throw missing(name) }
    guard let bits = object[name]?.integer, known.contains(bits) else {
      throw notImplemented(name, known: known.map(String.init))
    }
    return bits
  }

  /// How many inputs share a scale; `nil` for -1, all of them.
  func group(_ name: String) throws(ModelError) -> Int? {
    guard has(name) else { throw missing(name) }
    guard let group = object[name]?.integer, group == -1 || (1...1 << 24).contains(group) else {
      throw ModelError(
        .invalid(
          key: scope + name, found: "\(value(name))", expected: "a whole number from 1 to \(1 << 24), or -1"),
        path: path)
    }
    return group == -1 ? nil : group
  }

  /// Outputs and inputs that share a scale.
  func tile(_ name: String, default fallback: QuantizationScheme.Tile?) throws(ModelError)
    -> QuantizationScheme.Tile
  {
    guard has(name) else {
      guard let fallback else { throw missing(name) }
      return fallback
    }
    let sizes = (object[name]?.list ?? []).compactMap(\.integer).filter { (1...1 << 24).contains($0) }
    guard sizes.count == 2, object[name]?.list?.count == 2 else {
      throw ModelError(
        .invalid(
          key: scope + name, found: "\(value(name))", expected: "two whole numbers from 1 to \(1 << 24)"),
        path: path)
    }
    return .init(outputs: sizes[0], inputs: sizes[1])
  }

  func bool(_ name: String, default fallback: Bool) throws(ModelError) -> Bool {
    guard has(name) else { return fallback }
    guard let bool = object[name]?.bool else {
      throw ModelError(
        .invalid(key: scope + name, found: "\(value(name))", expected: "true or false"), path: path)
    }
    return bool
  }

  /// Refuses a setting unless it is absent, null or harmless.
  func refuse(_ name: String, unless harmless: JSONValue) throws(ModelError) {
    if has(name), value(name) != harmless { throw notImplemented(name, known: []) }
  }

  func missing(_ name: String) -> ModelError { ModelError(.missing(key: scope + name), path: path) }

  func notImplemented(_ name: String, known: [String]) -> ModelError {
    ModelError(.notImplemented(key: scope + name, found: "\(value(name))", known: known), path: path)
  }
}
