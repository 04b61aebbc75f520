import Evaluations
import Foundation

extension TaskFile {
  /// The most tokens of an answer.
  private static let mostTokens = 10_000_000
  /// Names of the most new tokens; of several, the first counts.
  private static let limits = ["max_gen_toks", "max_new_tokens", "max_tokens", "max_completion_tokens"]
  /// Settings of transformers' `generate` that change no answer where they have this value, as they have by default.
  private static let neutral: [String: Double] = [
    "num_beams": 1, "num_beam_groups": 1, "num_return_sequences": 1, "encoder_repetition_penalty": 1,
    "diversity_penalty": 0, "no_repeat_ngram_size": 0, "min_length": 0, "min_new_tokens": 0,
  ]
  /// Those that change nothing without a search with beams.
  private static let ofBeams = ["length_penalty", "early_stopping"]
  /// Those that change nothing where nothing is drawn, and are not implemented.
  private static let ofDraws = ["typical_p", "epsilon_cutoff", "eta_cutoff"]

  /// `generation_kwargs`, as the model class for transformers of lm-evaluation-harness 0.4.13 takes them.
  static func generation(_ reader: inout TaskReader) -> GenerationSettings {
    let delimiter = reader.text("fewshot_delimiter") ?? "\n\n"
    guard let group = reader.group("generation_kwargs") else { return GenerationSettings(until: [delimiter]) }
    reader.checkKeys(
      group,
      known: ["until", "do_sample", "temperature", "top_p"] + SamplingRules.all.map { $0.name } + limits
        + neutral.keys + ofBeams + ofDraws,
      in: "generation_kwargs/")
    var settings = GenerationSettings(until: reader.texts("until", in: group) ?? [delimiter])
    settings.limit = limit(&reader, group) ?? settings.limit
    let draws = reader.flag("do_sample", in: group)
    if draws != false { settings.temperature = reader.number("temperature", in: group) ?? 0 }
    settings.topP = reader.number("top_p", in: group) ?? 1
    if !(settings.temperature >= 0) {
      reader.report(
        group["temperature"],
        .value(key: "temperature", expected: "at least 0", found: "\(settings.temperature)"))
    }
    if !(settings.topP > 0 && settings.topP <= 1) {
      reader.report(
        group["top_p"],
        .value(key: "top_p", expected: "above 0 and at most 1", found: "\(settings.topP)"))
    }
    if draws == true, settings.temperature == 0 {
      reader.notice(group["do_sample"], .unused(key: "do_sample", .noTemperature))
    }
    settings.rules = rules(&reader, group, draws: settings.temperature > 0)
    checkOthers(&reader, group, draws: settings.temperature > 0)
    return settings
  }

  /// What changes distributions beside temperature and top-p.
  private static func rules(
    _ reader: inout TaskReader, _ group: TaskMapping, draws: Bool
  ) -> SamplingRules {
    var rules = SamplingRules()
    for rule in SamplingRules.all {
      guard let node = reader.node(rule.name, in: group), let value = reader.number(rule.name, in: group)
      else { continue }
      if !rule.set(value, in: &rules) {
        reader.report(node, .value(key: rule.name, expected: rule.expected, found: node.phrase))
      } else if !draws, !rule.isPenalty {
        reader.notice(node, .unused(key: rule.name, .noDraws))
      }
    }
    return rules
  }

  /// The most new tokens; digits in quotes and fractions are taken as Python's `int` takes them.
  private static func limit(_ reader: inout TaskReader, _ group: TaskMapping) -> Int? {
    let given = limits.filter { reader.node($0, in: group) != nil }
    guard let first = given.first, let node = group[first] else { return nil }
    for other in given.dropFirst() {
      reader.notice(group[other], .unused(key: other, .beside(first)))
    }
    var group = group
    switch node.content {
    case .text(let text): Int(text).map { group[first]?.content = .integer($0) }
    case .number(let value):
      Int(exactly: value.rounded(.towardZero)).map { group[first]?.content = .integer($0) }
    default: break
    }
    return reader.integer(first, in: group, within: 1...mostTokens)
  }

  /// Reports the settings of `generate` that would change an answer and are not implemented.
  private static func checkOthers(_ reader: inout TaskReader, _ group: TaskMapping, draws: Bool) {
    for (key, value) in neutral.sorted(by: { $0.key < $1.key }) {
      guard let node = reader.node(key, in: group), reader.number(key, in: group) != value else { continue }
      reader.report(
        node,
        .fixed(
          key: key, value: Int(value), found: node.phrase, key == "num_beams" ? .noBeams : .changesAnswers))
    }
    for key in ofDraws {
      guard let node = reader.node(key, in: group) else { continue }
      if draws {
        reader.report(node, .unsupported(key: key, .drawing))
      } else {
        reader.notice(node, .unused(key: key, .noDraws))
      }
    }
  }
}
