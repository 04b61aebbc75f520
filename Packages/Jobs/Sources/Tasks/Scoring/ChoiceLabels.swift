import Templating

/// The indices of the right choices of a document.
///
/// - Source: lm-evaluation-harness 0.4.13, `ConfigurableTask.process_results`.
struct ChoiceLabels: Sendable {
  /// One for each label; those that name no choice are ``nowhere``, or negative as they are written.
  let indices: [Int]
  private let count: Int

  /// What lm-evaluation-harness makes of an index that no choice has.
  static let nowhere = -100

  /// - Parameter right: An index, a text that is a choice, a truth value, or a list of such.
  init(_ right: TemplateValue, of choices: [String]) {
    count = choices.count
    func index(_ value: TemplateValue) -> Int {
      if case .string(let text) = value { return choices.firstIndex(of: text) ?? Self.nowhere }
      guard let index = value.choiceIndex, index < choices.count else { return Self.nowhere }
      return index
    }
    if case .list(let values) = right { indices = values.map(index) } else { indices = [index(right)] }
  }

  /// Those that choices have.
  var named: [Int] { indices.filter { (0..<count).contains($0) } }
  /// Whether there is no label, or one that names no choice.
  var areAstray: Bool { indices.isEmpty || named.count < indices.count }
}

extension TemplateValue {
  /// The index that a label is: Python takes `True` for 1, and 1.0 equals 1.
  var choiceIndex: Int? {
    switch self {
    case .integer(let index): index
    case .boolean(let flag): flag ? 1 : 0
    case .float(let value): Int(exactly: value)
    default: nil
    }
  }
}
