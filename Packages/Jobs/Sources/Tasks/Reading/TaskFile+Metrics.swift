import Basics
import Configurate
import Evaluations
import Metrics
import Templating

extension TaskFile {
  /// The metrics that each output type computes, with the aggregation that belongs to each.
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
    .generate: [
      ("exact_match", .mean), ("bleu", .bleu), ("chrf", .chrf), ("chrf++", .chrfPlusPlus), ("ter", .ter),
      ("bypass", .bypass),
    ],
  ]
  private static let defaults: [OutputType: [String]] = [
    .multipleChoice: ["acc", "acc_norm"], .logLikelihood: ["perplexity", "acc"],
    .rolling: ["word_perplexity", "byte_perplexity", "bits_per_byte"], .generate: ["exact_match"],
  ]
  private static let lowerIsBetter: Set<String> = [
    "perplexity", "word_perplexity", "byte_perplexity", "bits_per_byte", "brier_score", "ter",
  ]
  /// Names that of a generated text give the pair of what is right and what was said, for an aggregation to compare.
  private static let pairing: Set<String> = [
    "acc", "acc_norm", "acc_bytes", "f1", "mcc", "bleu", "chrf", "chrf++", "ter",
  ]

  private static let pair: MetricFunction = { .texts(references: $0, answers: $1) }

  private static let entryKeys = [
    "metric", "aggregation", "higher_is_better", "hf_evaluate", "ignore_case", "ignore_punctuation",
    "ignore_numbers", "regexes_to_ignore", "tokenize",
  ]

  static func metrics(_ reader: inout TaskReader, _ type: OutputType) -> [MetricSettings] {
    let known = known[type] ?? []
    guard let node = reader.node("metric_list") else {
      return (defaults[type] ?? []).compactMap { name in
        known.first { $0.name == name }.map {
          MetricSettings(
            name: name, aggregation: .named($0.aggregation), higherIsBetter: !lowerIsBetter.contains(name),
            rule: .builtIn())
        }
      }
    }
    guard let entries = node.list else {
      reader.report(node, .value(key: "metric_list", expected: "a list", found: node.phrase))
      return []
    }
    var metrics: [MetricSettings] = []
    for entry in entries {
      guard let settings = metric(entry, &reader, known, type) else { continue }
      if let other = metrics.firstIndex(where: { $0.name == settings.name }) {
        reader.notice(entry, .repeated(.metric(settings.name)))
        metrics[other] = settings
      } else {
        metrics.append(settings)
      }
    }
    return metrics
  }

  private static func metric(
    _ node: TaskNode, _ reader: inout TaskReader, _ known: [(name: String, aggregation: Aggregation)],
    _ type: OutputType
  ) -> MetricSettings? {
    guard let entry = node.mapping, let metric = entry["metric"] else {
      reader.report(node, .incomplete(.entry(of: "metric_list"), needs: ["metric"]))
      return nil
    }
    guard let (name, named) = metricName(metric, &reader, type) else { return nil }
    if named?.takesKeys != true { checkKeys(of: entry, &reader, type) }
    if type == .generate, !isNative(name, entry, metric, &reader) { return nil }
    let builtIn = known.first { $0.name == name }
    guard let aggregation = aggregation(entry, name, builtIn?.aggregation, &reader) else { return nil }
    let isCustom = reader.node("process_results") != nil || named != nil
    let isPair = type == .generate && pairing.contains(name) && aggregation.takesTexts
    if builtIn == nil, !isCustom, !isPair {
      report(unknownMetric: name, metric, &reader, known.map(\.name))
      return nil
    }
    let higherIsBetter = reader.boolean("higher_is_better", in: entry) ?? !lowerIsBetter.contains(name)
    let matching = matching(entry, &reader)
    let rule: MetricSettings.Rule
    switch named {
    case .python(let call)?: rule = .python(call, settings: otherKeys(of: entry))
    case .native(.metric(let body))?: rule = .function(body)
    case .native(.programs(let function))?:
      guard let sandbox = reader.allowed.sandbox else {
        if reader.node("unsafe_code") == nil { reader.reportPrograms(metric) }
        return nil
      }
      rule = .programs(.init(function: function, settings: otherKeys(of: entry), sandbox: sandbox))
    default: rule = isPair ? .function(pair) : .builtIn(matching)
    }
    return MetricSettings(name: name, aggregation: aggregation, higherIsBetter: higherIsBetter, rule: rule)
  }

  private static func matching(_ entry: TaskMapping, _ reader: inout TaskReader) -> ExactMatch {
    var matching = ExactMatch()
    matching.ignoresCase = reader.truth("ignore_case", in: entry) ?? false
    matching.ignoresPunctuation = reader.truth("ignore_punctuation", in: entry) ?? false
    matching.ignoresNumbers = reader.truth("ignore_numbers", in: entry) ?? false
    for text in reader.texts("regexes_to_ignore", in: entry) ?? [] {
      do { matching.ignored.append(try PythonPattern(text)) } catch {
        reader.report(entry["regexes_to_ignore"], .pattern(error))
      }
    }
    return matching
  }

  /// What a metric's function gets as its settings.
  private static func otherKeys(of entry: TaskMapping) -> TemplateDictionary {
    let own = ["metric", "aggregation", "higher_is_better", "hf_evaluate"]
    var others = TaskMapping()
    for (key, value) in entry.pairs where !own.contains(key) { others[key] = value }
    return others.templateDictionary
  }

  /// What else an entry says goes to the metric's function: lm-evaluation-harness calls none for choices and likelihoods,
  /// and those of texts pass over what they do not take, but for `exact_match`.
  private static func checkKeys(of entry: TaskMapping, _ reader: inout TaskReader, _ type: OutputType) {
    guard type == .generate else { return }
    if entry["metric"]?.text == "exact_match" {
      return reader.checkKeys(entry, known: entryKeys, in: "metric_list/")
    }
    for (key, value) in entry.pairs where !entryKeys.contains(key) {
      reader.notice(value, .unused(key: "metric_list/\(key)", .otherMetric))
    }
  }

  /// The name of a metric, and the function that computes it where the file names one.
  private static func metricName(
    _ node: TaskNode, _ reader: inout TaskReader, _ type: OutputType
  ) -> (String, NamedFunction?)? {
    if let name = node.text { return (name, nil) }
    guard case .function(let name) = node.content else {
      reader.report(node, .value(key: "metric", expected: "a name or a function", found: node.phrase))
      return nil
    }
    guard let function = reader.function(name, "metric", node) else { return nil }
    switch function {
    case .python, .native(.metric), .native(.programs):
      return (name.split(separator: ".").last.map(String.init) ?? name, function)
    case .native:
      reader.report(node, .function(name, key: "metric", needs: .pairs))
      return nil
    }
  }

  /// Whether a metric of texts needs no Python library.
  private static func isNative(
    _ name: String, _ entry: TaskMapping, _ metric: TaskNode, _ reader: inout TaskReader
  ) -> Bool {
    guard reader.truth("hf_evaluate", in: entry) == true else { return true }
    if name == "exact_match" {
      reader.notice(entry["hf_evaluate"], .unused(key: "exact_match", .native))
      return true
    }
    reader.report(metric, .foreignMetric(name))
    return false
  }

  private static func report(
    unknownMetric name: String, _ node: TaskNode, _ reader: inout TaskReader, _ known: [String]
  ) {
    reader.report(node, .unknownMetric(name, known: known))
  }

  private static func aggregation(
    _ entry: TaskMapping, _ metric: String, _ natural: Aggregation?, _ reader: inout TaskReader
  ) -> MetricAggregation? {
    let tokenizer: SegmentTokenizer = reader.choice("tokenize", in: entry) ?? .v13a
    guard let node = reader.node("aggregation", in: entry) else {
      if let natural = natural ?? Self.known.values.joined().first(where: { $0.name == metric })?.aggregation
      {
        return .named(natural, tokenizer: tokenizer)
      }
      let nearest = nearestName(to: metric, among: Self.known.values.joined().map(\.name).sorted())
      reader.report(entry["metric"], .unaggregatedMetric(metric, nearest: nearest))
      return nil
    }
    if case .function(let name) = node.content {
      guard let function = reader.function(name, "aggregation", node) else { return nil }
      switch function {
      case .python(let call): return .python(call)
      case .native(.aggregation(let body)): return .function(body)
      case .native: reader.report(node, .function(name, key: "aggregation", needs: .values))
      }
      return nil
    }
    guard let name = node.text else {
      reader.report(node, .value(key: "aggregation", expected: "a name or a function", found: node.phrase))
      return nil
    }
    if let aggregation = Aggregation(rawValue: name) { return .named(aggregation, tokenizer: tokenizer) }
    let names = Aggregation.allCases.map(\.rawValue)
    reader.report(node, .unknownAggregation(name, known: names))
    return nil
  }
}
