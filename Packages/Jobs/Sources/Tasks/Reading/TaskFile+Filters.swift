import Basics
import Configurate
import Evaluations
import Templating

extension TaskFile {
  static func pipelines(_ reader: inout TaskReader, _ type: OutputType) -> [FilterPipeline] {
    guard let node = reader.node("filter_list") else {
      return [FilterPipeline(name: Metric.noFilter, steps: [.takeFirst])]
    }
    guard let entries = node.list, !entries.isEmpty else {
      let found = node.list == nil ? node.phrase : "an empty list"
      reader.report(node, .value(key: "filter_list", expected: "a list of filters", found: found))
      return []
    }
    var pipelines: [FilterPipeline] = []
    for entry in entries {
      guard let mapping = entry.mapping, let name = reader.text("name", in: mapping),
        let steps = mapping["filter"]?.list
      else {
        reader.report(entry, .incomplete(.entry(of: "filter_list"), needs: ["name", "filter"]))
        continue
      }
      reader.checkKeys(mapping, known: ["name", "filter"], in: "filter_list/")
      let pipeline = FilterPipeline(name: name, steps: steps.compactMap { step($0, &reader) })
      if type != .generate, !pipeline.takesFirst {
        reader.report(entry, .textFilter(name, outputType: type.rawValue))
      }
      if let other = pipelines.firstIndex(where: { $0.name == name }) {
        reader.notice(entry, .repeated(.filter(name)))
        pipelines[other] = pipeline
      } else {
        pipelines.append(pipeline)
      }
    }
    return pipelines
  }

  private static func step(_ node: TaskNode, _ reader: inout TaskReader) -> ResponseFilter? {
    guard let mapping = node.mapping, let function = mapping["function"] else {
      reader.report(node, .incomplete(.filterStep, needs: ["function"]))
      return nil
    }
    if case .function(let name) = function.content { return native(name, mapping, function, &reader) }
    guard let name = function.text else {
      reader.report(node, .incomplete(.filterStep, needs: ["function"], found: function.phrase))
      return nil
    }
    if name == "custom", let custom = mapping["filter_fn"] {
      guard case .function(let name) = custom.content else {
        reader.report(custom, .value(key: "filter_fn", expected: "a function", found: custom.phrase))
        return nil
      }
      return native(name, mapping, custom, &reader)
    }
    guard ResponseFilter.names.contains(name) else {
      if let call = reader.registeredFilter(name, node) {
        var settings = mapping
        settings["function"] = nil
        return filter(call, settings)
      }
      let nearest = nearestName(to: name, among: ResponseFilter.names)
      reader.report(node, .unknownFilter(name, nearest: nearest))
      return nil
    }
    return named(name, mapping, node, &reader)
  }

  /// A filter of lm-evaluation-harness by its registered name.
  private static func named(
    _ name: String, _ mapping: TaskMapping, _ node: TaskNode, _ reader: inout TaskReader
  ) -> ResponseFilter? {
    let keys: [String: [String]] = [
      "take_first_k": ["k"], "map": ["mapping_dict", "default_value"],
      "regex": ["regex_pattern", "group_select", "fallback"],
      "multi_choice_regex": [
        "regex_pattern", "group_select", "fallback", "ignore_case", "ignore_punctuation", "regexes_to_ignore",
      ],
      "regex_pos": ["regex_pattern", "group_select", "fallback"], "custom": ["filter_fn"],
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
      if let node = mapping["mapping_dict"], node.mapping == nil {
        reader.report(node, .value(key: "mapping_dict", expected: "a mapping", found: node.phrase))
      }
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
        do { filter.ignored.append(try PythonPattern(text)) } catch { reader.report(node, .pattern(error)) }
      }
      return .choiceRegex(filter)
    case "regex_pos": return .tags(fallback: reader.texts("fallback", in: mapping) ?? ["invalid"])
    case "custom":
      reader.report(node, .incomplete(.filter("custom"), needs: ["filter_fn"]))
      return nil
    default: return .spans
    }
  }

  /// A native function in place of a filter's class or function.
  private static func native(
    _ name: String, _ mapping: TaskMapping, _ node: TaskNode, _ reader: inout TaskReader
  ) -> ResponseFilter? {
    guard let function = reader.function(name, "filter", node) else { return nil }
    var others = mapping
    others["function"] = nil
    others["filter_fn"] = nil
    switch function {
    case .python(let call): return filter(call, others)
    case .native(.filter(let make)):
      do { return .function(try make(mapping.templateDictionary)) } catch {
        reader.report(node, .filterSettings(name, ErrorCause(error)))
      }
    case .native: reader.report(node, .function(name, key: nil, needs: .answers))
    }
    return nil
  }

  private static func filter(_ call: PythonCall, _ settings: TaskMapping) -> ResponseFilter {
    let settings = settings.templateDictionary
    return .function { try call.filter($0, $1, settings: settings) }
  }

  private static func regex(
    _ mapping: TaskMapping, _ node: TaskNode, _ reader: inout TaskReader
  ) -> RegexFilter? {
    let text = reader.text("regex_pattern", in: mapping) ?? RegexFilter.standard
    do {
      return RegexFilter(
        pattern: try PythonPattern(text),
        selection: reader.integer("group_select", in: mapping, within: -mostShots...mostShots) ?? 0,
        fallback: reader.text("fallback", in: mapping) ?? RegexFilter.invalid)
    } catch {
      reader.report(mapping["regex_pattern"] ?? node, .pattern(error))
      return nil
    }
  }
}
