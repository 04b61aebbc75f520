import Evaluations
import Templating

extension SampleValue.Content {
  /// The value as JSON for a Python function, tuples as `{"()": […]}`.
  var pythonText: String {
    get throws {
      if case .python(let text) = self { return text }
      let value: TemplateValue =
        switch self {
        case .python: .null
        case .number(let number): .float(number)
        case .ratio(let sum, let weight): .dictionary(["()": .list([.float(sum), .float(weight)])])
        case .labels(let gold, let predicted):
          .dictionary(["()": .list([.integer(gold), .integer(predicted)])])
        case .distribution(let gold, let probabilities):
          .dictionary(["()": .list([.integer(gold), .list(probabilities.map(TemplateValue.float))])])
        case .texts(let references, let answers):
          .dictionary(["()": .list([references, answers].map(TemplateValue.unwrapped))])
        case .numbers(let numbers): .list(numbers.map(TemplateValue.float))
        }
      return try value.json()
    }
  }
}

extension TemplateValue {
  /// One text by itself, several as a list.
  fileprivate static func unwrapped(_ texts: [String]) -> TemplateValue {
    texts.count == 1 ? .string(texts[0]) : .list(texts.map(TemplateValue.string))
  }
}
