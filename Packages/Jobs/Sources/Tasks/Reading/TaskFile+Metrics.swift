import Basics
import Configurate
import Evaluations
import Templating

extension TaskFile {
  /// The metrics that each output type knows, with the aggregation that belongs to each.
  private static let known: [OutputType: [(name: String, aggregation: Aggregation)]] = [
    .multipleChoice: [
      ("acc", .mean), ("acc_norm", .mean), ("acc_bytes", .mean), ("acc_mutual_info", .mean),
      ("exact_match", .mean), ("brier_score", .brier), ("f1", .f1), ("mcc", .matthews),
    ],
    .logLikelihood: [("perplexity", .perplexity), ("acc", .mean)],
    .rolling: [
      ("word_perplexity", .weightedPerplexity), ("byte_perplexity", .weightedPerplexity),
      ("bits_per_byte", .bitsPerByte),
    ],
    .generate: [("exact_match", .mean)],
  ]
  private static let defaults: [OutputType: [String]] = [
    .multipleChoice: ["acc", "acc_norm"], .logLikelihood: ["perplexity", "acc"],
    .rolling: ["word_perplexity", "byte_perplexity", "bits_per_byte"], .generate: ["exact_match"],
  ]
  private static let lowerIsBetter: Set<String> = [
    "perplexity", "word_perplexity", "byte_perplexity", "bits_per_byte", "brier_score",
  ]

  private static let entryKeys = [
    "metric", "aggregation", "higher_is_better", "hf_evaluate", "ignore_case", "ignore_punctuation",
    "ignore_numbers", "regexes_to_ignore",
  ]

  static func metrics(_ reader: inout TaskReader, _ type: OutputType) -> [MetricSettings] {
    let known = known[type] ?? []
    guard let node = reader.node("metric_list") else {
      return (defaults[type] ?? []).compactMap { name in
        known.first { $0.name == name }.map {
          MetricSettings(
            name: name, aggregation: $0.aggregation, higherIsBetter: !lowerIsBetter.contains(name))
        }
      }
    }
    guard let entries = node.list else {
      reader.report(node, "'metric_list' must be a list, found \(node.phrase)")
      return []
    }
    return entries.compactMap { metric($0, &reader, known, type) }
  }

  private static func metric(
    _ node: TaskNode, _ reader: inout TaskReader, _ known: [(name: String, aggregation: Aggregation)],
    _ type: OutputType
  ) -> MetricSettings? {
    guard let entry = node.mapping, let metric = entry["metric"] else {
      reader.report(node, "an entry of 'metric_list' needs the key 'metric'")
      return nil
    }
    // What else an entry says goes to the metric's function, which lm-evaluation-harness calls for texts only.
    if type == .generate { reader.checkKeys(entry, known: entryKeys, in: "metric_list/") }
    guard let name = metric.text else {
      reader.report(
        metric, "'metric' must be a name, found \(metric.phrase); metrics in Python are not supported")
      return nil
    }
    if type == .generate, reader.boolean("hf_evaluate", in: entry) == true {
      reader.report(
        metric, "metric '\(name)' comes from the Python library 'evaluate', which is not supported")
      return nil
    }
    let isCustom = reader.node("process_results") != nil
    let builtIn = known.first { $0.name == name }
    if builtIn == nil, !isCustom {
      report(unknownMetric: name, metric, &reader, known.map(\.name))
      return nil
    }
    guard let aggregation = aggregation(entry, name, builtIn?.aggregation, &reader) else { return nil }
    var settings = MetricSettings(
      name: name, aggregation: aggregation,
      higherIsBetter: reader.boolean("higher_is_better", in: entry) ?? !lowerIsBetter.contains(name))
    settings.matching.ignoresCase = reader.truth("ignore_case", in: entry) ?? false
    settings.matching.ignoresPunctuation = reader.truth("ignore_punctuation", in: entry) ?? false
    settings.matching.ignoresNumbers = reader.truth("ignore_numbers", in: entry) ?? false
    for text in reader.texts("regexes_to_ignore", in: entry) ?? [] {
      do { settings.matching.ignored.append(try PythonPattern(text)) } catch {
        reader.report(entry["regexes_to_ignore"], "\(error)")
      }
    }
    return settings
  }

  private static func report(
    unknownMetric name: String, _ node: TaskNode, _ reader: inout TaskReader, _ known: [String]
  ) {
    guard !Aggregation.leftOut.contains(name) else {
      reader.report(node, "metric '\(name)' is left out: its value depends on another tool's tokenization")
      return
    }
    let near = suggestion(for: name, among: known)
    reader.report(
      node,
      "unknown metric '\(name)' for this output type, which has \(known.map { "'\($0)'" }.joined(separator: ", "))\(near)"
    )
  }

  private static func aggregation(
    _ entry: TaskMapping, _ metric: String, _ natural: Aggregation?, _ reader: inout TaskReader
  ) -> Aggregation? {
    guard let node = reader.node("aggregation", in: entry) else {
      if let natural = natural ?? Self.known.values.joined().first(where: { $0.name == metric })?.aggregation
      {
        return natural
      }
      reader.report(entry["metric"], "metric '\(metric)' needs an 'aggregation'")
      return nil
    }
    guard let name = node.text else {
      reader.report(
        node, "'aggregation' must be a name, found \(node.phrase); aggregations in Python are not supported")
      return nil
    }
    if let aggregation = Aggregation(rawValue: name) { return aggregation }
    if Aggregation.leftOut.contains(name) {
      reader.report(
        node, "aggregation '\(name)' is left out: its value depends on another tool's tokenization")
      return nil
    }
    let names = Aggregation.allCases.map(\.rawValue)
    let near = suggestion(for: name, among: names)
    reader.report(
      node,
      "unknown aggregation '\(name)', expected one of \(names.map { "'\($0)'" }.joined(separator: ", "))\(near)"
    )
    return nil
  }
}
