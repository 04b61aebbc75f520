import Basics
import Configurate
import Evaluations
import Templating

extension TaskFile {
  static func pipelines(_ reader: inout TaskReader, _ type: OutputType) -> [FilterPipeline] {
    guard let node = reader.node("filter_list") else {
      return [FilterPipeline(name: Metric.noFilter, steps: [.takeFirst])]
    }
    guard let entries = node.list else {
      reader.report(node, "'filter_list' must be a list, found \(node.phrase)")
      return []
    }
    return entries.compactMap { entry in
      guard let mapping = entry.mapping, let name = mapping["name"]?.text, let steps = mapping["filter"]?.list
      else {
        reader.report(entry, "an entry of 'filter_list' needs a 'name' and a list 'filter'")
        return nil
      }
      reader.checkKeys(mapping, known: ["name", "filter"], in: "filter_list/")
      let pipeline = FilterPipeline(name: name, steps: steps.compactMap { step($0, &reader) })
      if type != .generate, !pipeline.takesFirst {
        reader.report(
          entry, "filter '\(name)' works on texts, and 'output_type: \(type.rawValue)' has none to filter")
      }
      return pipeline
    }
  }

  private static func step(_ node: TaskNode, _ reader: inout TaskReader) -> ResponseFilter? {
    if case .function(let name)? = node.mapping?["function"]?.content {
      reader.report(node, "filter '\(name)' runs Python, which is not supported")
      return nil
    }
    guard let mapping = node.mapping, let name = mapping["function"]?.text else {
      reader.report(node, "a step of a filter needs the key 'function'")
      return nil
    }
    guard ResponseFilter.names.contains(name) else {
      let near = suggestion(for: name, among: ResponseFilter.names)
      let reason = name == "custom" ? "runs Python, which is not supported" : "is not known"
      reader.report(node, "filter '\(name)' \(reason)\(near)")
      return nil
    }
    let keys: [String: [String]] = [
      "take_first_k": ["k"], "map": ["mapping_dict", "default_value"],
      "regex": ["regex_pattern", "group_select", "fallback"],
      "multi_choice_regex": [
        "regex_pattern", "group_select", "fallback", "ignore_case", "ignore_punctuation", "regexes_to_ignore",
      ],
    ]
    reader.checkKeys(mapping, known: ["function"] + (keys[name] ?? []), in: "filter/")
    switch name {
    case "take_first": return .takeFirst
    case "take_first_k": return .takeFirstFew(reader.integer("k", in: mapping, within: 1...mostRepeats) ?? 1)
    case "majority_vote": return .majorityVote
    case "remove_whitespace": return .removeWhitespace
    case "lowercase": return .lowercase
    case "uppercase": return .uppercase
    case "map":
      var texts: [String: String] = [:]
      for (key, value) in mapping["mapping_dict"]?.mapping?.pairs ?? [] {
        texts[key] = value.templateValue.text
      }
      return .map(texts, otherwise: (mapping["default_value"]?.templateValue ?? .null).text)
    case "regex": return regex(mapping, node, &reader).map(ResponseFilter.regex)
    case "multi_choice_regex":
      guard let regex = regex(mapping, node, &reader) else { return nil }
      var filter = ChoiceRegexFilter(pattern: regex)
      filter.ignoresCase = reader.truth("ignore_case", in: mapping) ?? false
      filter.ignoresPunctuation = reader.truth("ignore_punctuation", in: mapping) ?? false
      for text in reader.texts("regexes_to_ignore", in: mapping) ?? [] {
        do { filter.ignored.append(try PythonPattern(text)) } catch { reader.report(node, "\(error)") }
      }
      return .choiceRegex(filter)
    default: return .spans
    }
  }

  private static func regex(
    _ mapping: TaskMapping, _ node: TaskNode, _ reader: inout TaskReader
  ) -> RegexFilter? {
    let text = reader.text("regex_pattern", in: mapping) ?? #"#### (\-?[0-9\.\,]+)"#
    do {
      return RegexFilter(
        pattern: try PythonPattern(text),
        selection: reader.integer("group_select", in: mapping, within: -mostShots...mostShots) ?? 0,
        fallback: reader.text("fallback", in: mapping) ?? "[invalid]")
    } catch {
      reader.report(mapping["regex_pattern"] ?? node, "\(error)")
      return nil
    }
  }
}
