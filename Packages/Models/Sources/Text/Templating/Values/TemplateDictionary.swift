/// A dictionary that keeps the order in which its keys came, as Python's does.
public struct TemplateDictionary: Sendable, ExpressibleByDictionaryLiteral {
  // In this order the last word has bits to spare, in which a value keeps which of its cases it is: 24 bytes, not 32.
  private var positions: [TemplateValue: Int] = [:]
  public private(set) var keys: [TemplateValue] = []
  public private(set) var values: [TemplateValue] = []

  public init() {}

  public init(dictionaryLiteral elements: (String, TemplateValue)...) {
    for (key, value) in elements { self[key] = value }
  }

  /// The same keys with other values, in the same order. Dictionaries that are made so share their keys.
  ///
  /// - Precondition: There are as many values as keys.
  public func withValues(_ values: [TemplateValue]) -> TemplateDictionary {
    precondition(values.count == keys.count, "\(values.count) values for \(keys.count) keys")
    var other = self
    other.values = values
    return other
  }

  public var count: Int { keys.count }
  public var isEmpty: Bool { keys.isEmpty }

  /// The value of a key, `nil` where there is none; setting `nil` changes nothing.
  public subscript(key: String) -> TemplateValue? {
    get { self[.string(key)] }
    set { self[.string(key)] = newValue }
  }

  /// A key that Python could not hash, such as a list, has no value and is not to be set.
  subscript(key: TemplateValue) -> TemplateValue? {
    get { positions[key].map { values[$0] } }
    set {
      guard let newValue else { return }
      if let position = positions[key] {
        values[position] = newValue
      } else {
        positions[key] = keys.count
        keys.append(key)
        values.append(newValue)
      }
    }
  }

  /// The entries as (key, value) tuples.
  var items: [TemplateValue] {
    zip(keys, values).map { .tuple([$0, $1]) }
  }
}
