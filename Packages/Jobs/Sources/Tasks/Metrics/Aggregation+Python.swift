import Evaluations
import Templating

extension SampleValue.Content {
  /// What a named aggregation takes of a value that a Python function gave; any other value as it is.
  func taken(by aggregation: Aggregation) -> SampleValue.Content {
    guard case .python(let text) = self, let value = try? TemplateValue(json: text) else { return self }
    if let number = value.asNumber { return .number(number) }
    guard case .list(let parts) = value.withoutTuples, parts.count == 2 else { return self }
    switch aggregation {
    case .weightedPerplexity, .bitsPerByte:
      guard let sum = parts[0].asNumber, let weight = parts[1].asNumber else { return self }
      return .ratio(sum, over: weight)
    case .f1, .matthews, .bleu, .chrf, .chrfPlusPlus, .ter:
      if let gold = parts[0].asIndex, let predicted = parts[1].asIndex {
        return .labels(gold: gold, predicted: predicted)
      }
      return .texts(references: parts[0].asTexts, answers: parts[1].asTexts)
    case .brier:
      guard let gold = parts[0].asIndex, case .list(let probabilities) = parts[1] else { return self }
      return .distribution(gold: gold, probabilities: probabilities.compactMap(\.asNumber))
    default: return self
    }
  }
}

extension TemplateValue {
  fileprivate var asNumber: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .float(let number): number
    case .boolean(let flag): flag ? 1 : 0
    default: nil
    }
  }

  fileprivate var asIndex: Int? { asNumber.flatMap(Int.init(exactly:)) }

  fileprivate var asTexts: [String] {
    if case .list(let elements) = self { elements.map(\.text) } else { [text] }
  }
}
