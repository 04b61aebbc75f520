import Evaluations
import Metrics

/// What an entry of `metric_list` asks for: a name of lm-evaluation-harness, or a function.
enum MetricAggregation: Sendable {
  case named(Aggregation, tokenizer: SegmentTokenizer = .v13a)
  /// A function has no standard error, as in lm-evaluation-harness.
  case function(AggregationFunction)
  /// A function of a Python file.
  case python(PythonCall)

  var isMean: Bool { if case .named(.mean, _) = self { true } else { false } }
  /// Whether it takes what the metric compares rather than a number.
  var takesTexts: Bool {
    switch self {
    case .named(let aggregation, _): aggregation.takesTexts
    case .function, .python: true
    }
  }

  func callAsFunction(_ values: [SampleValue.Content]) throws -> Double {
    switch self {
    case .named(let aggregation, let tokenizer):
      aggregation(values.map { $0.taken(by: aggregation) }, tokenizer: tokenizer)
    case .function(let function): function(values)
    case .python(let call): try call.aggregation(values)
    }
  }

  func standardError(_ values: [SampleValue.Content]) -> Double? {
    switch self {
    case .named(let aggregation, let tokenizer):
      aggregation.standardError(values.map { $0.taken(by: aggregation) }, tokenizer: tokenizer)
    case .function, .python: nil
    }
  }
}
