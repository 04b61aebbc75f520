internal import CTasks
import Foundation

/// A task or group whose definition lies inside the binary.
///
/// All names are known without reading a definition, so that listing them takes no time.
struct BundledTask: Sendable, Hashable {
  /// What makes the definition.
  private enum Body: Hashable {
    /// A definition, with a data set of its own where several share the definition.
    case definition(String, dataset: String?, description: String?)
    case group([String], isWeighted: Bool, alias: String?)
  }

  let name: String
  private let body: Body
  /// Names that stand for this task and others.
  let tags: [String]

  var isGroup: Bool { if case .group = body { true } else { false } }

  /// Every bundled task, in the order in which they are listed.
  static let all: [BundledTask] = single + families

  private static let single = [
    ("hellaswag", ["multiple_choice"]), ("piqa", []), ("winogrande", []), ("lambada_openai", ["lambada"]),
    ("wikitext", []), ("gsm8k", ["math_word_problems"]), ("boolq", ["super-glue-lm-eval-v1"]), ("sciq", []),
    ("openbookqa", []), ("sst2", ["glue"]), ("copa", ["super-glue-lm-eval-v1"]),
    ("commonsense_qa", []), ("drop", []), ("logiqa", []), ("logiqa2", []), ("mathqa", ["math_word_problems"]),
    ("medmcqa", []), ("medqa_4options", []), ("pubmedqa", []), ("race", []), ("swag", []), ("triviaqa", []),
    ("webqs", ["freebase"]),
  ].map { BundledTask($0, $0, tags: $1) }

  private static var families: [BundledTask] {
    var tasks = [("arc_easy", "ARC-Easy"), ("arc_challenge", "ARC-Challenge")].map {
      BundledTask($0, "arc", dataset: $1, tags: ["ai2_arc"])
    }
    tasks += BundledSets.arithmetic.map {
      BundledTask("arithmetic_\($0)", "arithmetic", dataset: "arithmetic_\($0)", tags: ["arithmetic"])
    }
    let pairs = BundledSets.blimp.map { BundledTask("blimp_\($0)", "blimp", dataset: $0) }
    tasks += [BundledTask("blimp", pairs.map(\.name), isWeighted: false)] + pairs
    tasks.append(BundledTask("mmlu", BundledSets.mmlu.map { "mmlu_\($0.group)" }, isWeighted: true))
    for (group, subjects) in BundledSets.mmlu {
      let words = group.replacingOccurrences(of: "_", with: " ")
      tasks.append(
        BundledTask("mmlu_\(group)", subjects.map { "mmlu_\($0)" }, isWeighted: true, alias: words))
      tasks += subjects.map { subject in
        let words = subject.replacingOccurrences(of: "_", with: " ")
        return BundledTask(
          "mmlu_\(subject)", "mmlu", dataset: subject,
          description: "The following are multiple choice questions (with answers) about \(words).\n\n",
          tags: ["mmlu_\(group)_tasks"])
      }
    }
    return tasks
  }

  private init(
    _ name: String, _ definition: String, dataset: String? = nil, description: String? = nil,
    tags: [String] = []
  ) {
    self.name = name
    self.tags = tags
    body = .definition(definition, dataset: dataset, description: description)
  }

  private init(_ name: String, _ members: [String], isWeighted: Bool, alias: String? = nil) {
    self.name = name
    tags = []
    body = .group(members, isWeighted: isWeighted, alias: alias)
  }

  /// The keys of the task or group.
  func mapping() throws(TaskError) -> TaskMapping {
    let source = TaskSource.bundled(self).name
    func node(_ content: TaskNode.Content) -> TaskNode { TaskNode(content: content, file: source, line: 0) }
    var mapping = TaskMapping()
    switch body {
    case .definition(let definition, let dataset, let description):
      mapping = try TaskNode(yaml: Self.text(of: definition), file: source).mapping ?? mapping
      mapping["task"] = node(.text(name))
      if let dataset { mapping["dataset_name"] = node(.text(dataset)) }
      if let description { mapping["description"] = node(.text(description)) }
    case .group(let members, let isWeighted, let alias):
      mapping["group"] = node(.text(name))
      if let alias { mapping["group_alias"] = node(.text(alias)) }
      mapping["task"] = node(.list(members.map { node(.text($0)) }))
      var aggregate = TaskMapping()
      aggregate["metric"] = node(.text("acc"))
      aggregate["weight_by_size"] = node(.boolean(isWeighted))
      mapping["aggregate_metric_list"] = node(.list([node(.mapping(aggregate))]))
    }
    return mapping
  }

  /// - Precondition: There is a definition of that name.
  private static func text(of definition: String) -> String {
    var count = 0
    guard let start = unsafe ctasks_definition(definition, &count) else {
      preconditionFailure("no bundled definition '\(definition)'")
    }
    return unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
  }
}
