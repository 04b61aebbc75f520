import Evaluations
import Templating

/// A task class of lm-evaluation-harness, as what comes to the same.
struct NativeClass: Sendable {
  /// The digest of its source.
  var source: String
  /// The keys of a task file, as YAML, but for `process_results`.
  var keys: String
  var results: ResultFunction
  /// What each metric makes of all samples; the mean where it says nothing.
  var aggregations: [(metric: String, function: AggregationFunction?)]
  /// A continuation of the prompt whose log-likelihood is asked for beside the answer.
  var continuation: String?

  var metrics: [TaskFile.MetricSettings] {
    aggregations.map { metric, function in
      TaskFile.MetricSettings(
        name: metric, aggregation: function.map(MetricAggregation.function) ?? .named(.mean),
        higherIsBetter: true,
        rule: .builtIn())
    }
  }
}

/// The task classes that are here.
enum NativeClasses {
  static let all = recall + [SQuAD.secondVersion]

  static func known(by source: PythonFunction) -> NativeClass? { all.first { $0.source == source.digest } }

  /// Values that stand in the text before the question.
  ///
  /// - Source: lm-evaluation-harness 0.4.13, `fda/task.py`, `swde/task.py` and `squad_completion/task.py`; Arora et al. 2024,
  ///   *Simple linear attention language models balance the recall-throughput tradeoff*.
  private static let recall = [
    recall("e2070f27f2166f95", "hazyresearch/based-fda", until: #""\n""#, limit: 48),
    recall("587b70577327c592", "hazyresearch/based-swde-v2", until: #""\n""#, limit: 48),
    recall("a10e494a551e55b4", "hazyresearch/based-squad", until: #""\n\n""#, limit: 256),
  ]

  private static func recall(_ source: String, _ dataSet: String, until: String, limit: Int) -> NativeClass {
    NativeClass(
      source: source,
      keys: """
        dataset_path: \(dataSet)
        dataset_name: default
        validation_split: validation
        output_type: generate_until
        doc_to_text: "{{text.strip()}}"
        doc_to_target: "{{value.strip()}}"
        generation_kwargs: {until: [\(until)], max_gen_toks: \(limit)}
        metadata: {version: 1}
        """,
      results: contains, aggregations: [("contains", nil)])
  }

  /// Whether the value that a text holds is in the answer, in whatever case.
  static func contains(
    _ document: TemplateDictionary, _ responses: FilteredResponses
  ) throws -> [(metric: String, SampleValue.Content)] {
    let value = PythonText.trimmed(try document.requiredText("value"))
    let pattern = try PythonPattern("(?i)" + PythonPattern.escaped(value))
    return [("contains", .number(try pattern.findAll(in: responses.firstText()).isEmpty ? 0 : 1))]
  }
}
