extension TemplateValue: Hashable {
  /// Python's equality: numbers by value, texts by code points, dictionaries without regard to order.
  public static func == (left: TemplateValue, right: TemplateValue) -> Bool {
    switch (left, right) {
    case (.undefined, .undefined), (.null, .null): return true
    case (.string(let first), .string(let second)): return first.utf8.elementsEqual(second.utf8)
    case (.list(let first), .list(let second)), (.tuple(let first), .tuple(let second)):
      return first == second
    case (.dictionary(let first), .dictionary(let second)):
      guard first.count == second.count else { return false }
      return zip(first.keys, first.values).allSatisfy { key, value in second[key] == value }
    case (.iterable(let kind, let first), .iterable(let otherKind, let second)):
      switch (kind, otherKind) {
      case (.range, .range): return first == second
      case (.keys, .keys), (.items, .items): return Set(first) == Set(second)
      default: return false
      }
    case (.object(let first), .object(let second)): return first == second
    default:
      guard let first = left.number, let second = right.number else { return false }
      return first == second
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .undefined, .null, .dictionary: break
    case .iterable(_, let elements): hasher.combine(elements.count)
    case .object(let object): hasher.combine(object.number)
    case .string(let text): hasher.combine(text)
    case .list(let elements), .tuple(let elements): hasher.combine(elements)
    case .boolean, .integer, .float: hasher.combine(number?.double ?? 0)
    }
  }

  /// Whether Python could use it as a key.
  var isHashable: Bool {
    switch self {
    case .list, .dictionary: false
    case .tuple(let elements): elements.allSatisfy(\.isHashable)
    default: true
    }
  }
}

extension TemplateValue.TemplateObject {
  /// The identity of an object among those of one kind.
  fileprivate var number: Int {
    switch reference {
    case .namespace(let number), .loop(let number), .macro(let number): number
    case .function, .method: 0
    }
  }
}

extension TemplateValue.TemplateObject: Equatable {
  static public func == (left: Self, right: Self) -> Bool {
    switch (left.reference, right.reference) {
    case (.namespace(let first), .namespace(let second)), (.loop(let first), .loop(let second)),
      (.macro(let first), .macro(let second)):
      first == second
    case (.function(let first), .function(let second)): first == second
    case (.method(let first, let name), .method(let second, let other)): name == other && first == second
    default: false
    }
  }
}

/// A number as Python computes with it: a boolean is 0 or 1.
enum Number: Sendable {
  case integer(Int)
  case float(Double)

  var double: Double {
    switch self {
    case .integer(let value): Double(value)
    case .float(let value): value
    }
  }

  static func == (left: Number, right: Number) -> Bool {
    switch (left, right) {
    case (.integer(let first), .integer(let second)): first == second
    case (.integer(let whole), .float(let value)), (.float(let value), .integer(let whole)):
      Int(exactly: value) == whole
    case (.float(let first), .float(let second)): first == second
    }
  }

  static func < (left: Number, right: Number) -> Bool {
    if case (.integer(let first), .integer(let second)) = (left, right) { return first < second }
    return left.double < right.double
  }
}

extension TemplateValue {
  var number: Number? {
    switch self {
    case .boolean(let value): .integer(value ? 1 : 0)
    case .integer(let value): .integer(value)
    case .float(let value): .float(value)
    default: nil
    }
  }

  init(_ number: Number) {
    switch number {
    case .integer(let value): self = .integer(value)
    case .float(let value): self = .float(value)
    }
  }
}
