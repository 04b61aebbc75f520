/// A value as templates see it: Python's types, unchangeable.
public enum TemplateValue: Sendable {
  /// A name, key or element that does not exist.
  case undefined(TemplateError.Absence)
  /// Python's `None`.
  case null
  case boolean(Bool)
  case integer(Int)
  case float(Double)
  case string(String)
  case list([TemplateValue])
  case tuple([TemplateValue])
  case dictionary(TemplateDictionary)
  /// What Python makes one by one: ranges, views of a dictionary, generators.
  indirect case iterable(IterableKind, [TemplateValue])
  /// A namespace, loop, macro, function or method; it lives as long as its rendering.
  case object(TemplateObject)

  public enum IterableKind: Sendable, Equatable {
    case range(start: Int, stop: Int, step: Int)
    case keys, values, items
    case generator
  }

  /// Something with behaviour, made by the interpreter only.
  public struct TemplateObject: Sendable {
    indirect enum Reference: Sendable {
      case namespace(Int)
      case loop(Int)
      case macro(Int)
      case function(Builtin)
      case method(TemplateValue, String)
    }
    let reference: Reference
  }

  static func object(_ reference: TemplateObject.Reference) -> TemplateValue {
    .object(TemplateObject(reference: reference))
  }

  /// The value if it exists.
  public var ifDefined: TemplateValue? {
    if case .undefined = self { nil } else { self }
  }

  /// What to call it in a sentence, with an article.
  package var typeName: String {
    switch self {
    case .undefined: "an undefined value"
    case .null: "none"
    case .boolean: "a boolean"
    case .integer: "an integer"
    case .float: "a float"
    case .string: "a string"
    case .list: "a list"
    case .tuple: "a tuple"
    case .dictionary: "a dictionary"
    case .iterable(let kind, _): kind.typeName
    case .object(let object):
      switch object.reference {
      case .namespace: "a namespace"
      case .loop: "a loop"
      case .macro: "a macro"
      case .function: "a function"
      case .method: "a method"
      }
    }
  }
}

extension TemplateValue.IterableKind {
  var typeName: String {
    switch self {
    case .range: "a range"
    case .keys: "a view of keys"
    case .values: "a view of values"
    case .items: "a view of items"
    case .generator: "a generator"
    }
  }
}

extension TemplateValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .float(value) }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  public init(arrayLiteral elements: TemplateValue...) { self = .list(elements) }
  public init(dictionaryLiteral elements: (String, TemplateValue)...) {
    var dictionary = TemplateDictionary()
    for (key, value) in elements { dictionary[key] = value }
    self = .dictionary(dictionary)
  }
}
