/// Truth, length, elements: what Python's protocols say of a value.
extension TemplateValue {
  /// `bool(value)`, for values that are defined.
  var isTrue: Bool {
    switch self {
    case .undefined, .null: false
    case .boolean(let value): value
    case .integer(let value): value != 0
    case .float(let value): value != 0
    case .string(let text): !text.utf8.isEmpty
    case .list(let elements), .tuple(let elements): !elements.isEmpty
    case .dictionary(let dictionary): !dictionary.isEmpty
    case .iterable(.generator, _), .object: true
    case .iterable(_, let elements): !elements.isEmpty
    }
  }

  /// `len(value)`, `nil` where there is none.
  var length: Int? {
    switch self {
    case .string(let text): text.unicodeScalars.count
    case .list(let elements), .tuple(let elements): elements.count
    case .dictionary(let dictionary): dictionary.count
    case .iterable(.generator, _): nil
    case .iterable(_, let elements): elements.count
    case .undefined: 0
    default: nil
    }
  }

  /// What a loop over the value visits, `nil` where it has nothing to visit; undefined values have no
  /// elements.
  var elements: [TemplateValue]? {
    switch self {
    case .undefined: []
    case .string(let text): text.unicodeScalars.map { .string(String($0)) }
    case .list(let elements), .tuple(let elements), .iterable(_, let elements): elements
    case .dictionary(let dictionary): dictionary.keys
    default: nil
    }
  }

  /// How many ``elements`` there are.
  var elementCount: Int {
    switch self {
    case .string(let text): text.unicodeScalars.count
    case .list(let elements), .tuple(let elements), .iterable(_, let elements): elements.count
    case .dictionary(let dictionary): dictionary.count
    default: 0
    }
  }

  /// `value[index]` for an integer on a sequence; `nil` past its ends or where it has no elements by number.
  func element(at index: Int) -> TemplateValue? {
    switch self {
    case .list(let elements), .tuple(let elements), .iterable(.range, let elements):
      let position = index < 0 ? index + elements.count : index
      return elements.indices.contains(position) ? elements[position] : nil
    case .string(let text):
      let scalars = text.unicodeScalars
      let distance = index < 0 ? index + scalars.count : index
      guard distance >= 0,
        let place = scalars.index(scalars.startIndex, offsetBy: distance, limitedBy: scalars.endIndex),
        place < scalars.endIndex
      else { return nil }
      return .string(String(scalars[place]))
    default: return nil
    }
  }

  /// `value[start:stop:step]`, `nil` where the value cannot be cut.
  func sliced(start: Int?, stop: Int?, step: Int) -> TemplateValue? {
    switch self {
    case .list(let elements): return .list(Self.pick(elements, start, stop, step))
    case .tuple(let elements): return .tuple(Self.pick(elements, start, stop, step))
    case .iterable(.range, let elements): return .list(Self.pick(elements, start, stop, step))
    case .string(let text):
      var result = String.UnicodeScalarView()
      result.append(contentsOf: Self.pick(Array(text.unicodeScalars), start, stop, step))
      return .string(String(result))
    default: return nil
    }
  }

  /// Python's rules for bounds that are missing, negative or past the ends.
  private static func pick<Element>(_ elements: [Element], _ start: Int?, _ stop: Int?, _ step: Int)
    -> [Element]
  {
    let count = elements.count
    let lowest = step > 0 ? 0 : -1
    let highest = step > 0 ? count : count - 1
    func place(_ bound: Int?, default missing: Int) -> Int {
      guard let bound else { return missing }
      return min(max(bound < 0 ? bound + count : bound, lowest), highest)
    }
    let first = place(start, default: step > 0 ? lowest : highest)
    let last = place(stop, default: step > 0 ? highest : lowest)
    return stride(from: first, to: last, by: step).map { elements[$0] }
  }
}
