/// Brings a text into the form that the vocabulary was made for, step by step.
struct Normalizer: Sendable {
  enum Step: Sendable, Equatable {
    /// Unicode's normal form C.
    case composed
    /// Letters before the text, if it is not empty.
    case prepend([UInt8])
    case replace(TextPattern, with: [UInt8])
  }

  var steps: [Step] = []

  /// - Parameter bytes: Valid UTF-8.
  /// - Returns: The normal form of `bytes[range]`, or `nil` if that is what they are already.
  func normalized(_ bytes: [UInt8], in range: Range<Int>) -> [UInt8]? {
    var changed: [UInt8]?
    for step in steps {
      let text = changed ?? bytes
      changed = Self.apply(step, text, changed == nil ? range : text.indices) ?? changed
    }
    return changed
  }

  private static func apply(_ step: Step, _ bytes: [UInt8], _ range: Range<Int>) -> [UInt8]? {
    switch step {
    case .composed: NormalFormC.normalized(bytes, in: range)
    case .prepend(let letters): range.isEmpty ? nil : letters + bytes[range]
    case .replace(let pattern, let replacement): pattern.replacing(in: bytes, range, with: replacement)
    }
  }
}
