import Basics
import Configurate
public import Evaluations
import Templating

/// The tasks that can be named: bundled ones and those of a user's folders.
///
///     let library = try TaskLibrary(dataRoot: "data", directories: ["my/tasks"])
///     let evaluations = try library.evaluations(named: "mmlu_stem")
///     let groups = try library.groups(named: "mmlu_stem")
public struct TaskLibrary: Sendable {
  private let data: DataRoot
  private let index: TaskIndex
  private let split: String?
  private let limit: Int?
  private let numFewshot: Int?
  private let keepsForbiddenShots: Bool
  private let allowed: AllowedCode

  /// - Parameters:
  ///   - dataRoot: The folder of data sets.
  ///   - directories: Folders of task files; a task there goes before a bundled one of its name.
  ///   - split: The split to ask about in place of the one that a task names.
  ///   - limit: How many documents of each task are asked about at most, from the first.
  ///   - numFewshot: How many shots stand before a question.
  ///   - keepsForbiddenShots: Whether a task that says 0 shots keeps that, as with lm-evaluation-harness, where it is an
  ///     error otherwise that some are asked for.
  ///   - allowed: The code of others that may run.
  ///   - fetch: Gets data that are not there.
  /// - Throws: ``TaskError`` for a folder that is not there or a number that means nothing.
  public init(
    dataRoot: String, directories: [String] = [], split: String? = nil, limit: Int? = nil,
    numFewshot: Int? = nil, keepsForbiddenShots: Bool = false, allowed: AllowedCode = AllowedCode(),
    fetch: DatasetFetch? = nil
  ) throws(TaskError) {
    if let limit, limit < 1 {
      throw TaskError(.option("limit", expected: "at least 1", found: "\(limit)"))
    }
    if let numFewshot, !(0...TaskFile.mostShots).contains(numFewshot) {
      throw TaskError(
        .option("number of shots", expected: "from 0 to \(TaskFile.mostShots)", found: "\(numFewshot)"))
    }
    data = DataRoot(path: dataRoot, fetch: fetch)
    index = try TaskIndex(directories: directories)
    self.split = split
    self.limit = limit
    self.numFewshot = numFewshot
    self.keepsForbiddenShots = keepsForbiddenShots
    self.allowed = allowed
  }

  /// All tasks, groups and tags, in the order in which they are listed. No definition is read for it.
  public var names: [String] { index.names }

  /// Task files that could not be read, so that a name may be among theirs.
  public var unreadable: [TaskFinding] { index.unreadable }

  /// Whether there is a task, group or tag of that name, or of a name that it is a pattern of, or it is the path of a task
  /// file.
  public func contains(_ name: String) -> Bool {
    index.entries[name] != nil || Self.isPath(name)
      || NamePattern(name).map { pattern in index.names.contains { pattern.matches($0) } } ?? false
  }

  /// The names that a pattern such as `mmlu_*` matches, in the order in which they are listed; a name by itself is its own.
  public func names(matching pattern: String) -> [String] {
    guard let pattern = NamePattern(pattern) else { return index.entries[pattern] == nil ? [] : [pattern] }
    return index.names.filter { pattern.matches($0) }
  }

  /// What is known of a task or group from its file.
  ///
  /// - Throws: ``TaskError`` for an unknown name.
  public func summary(of name: String) throws(TaskError) -> TaskSummary {
    guard let entry = index.entries[name] else {
      throw TaskError(
        .unknownTask(name, nearest: nearestName(to: name, among: names), unreadable: unreadable))
    }
    return TaskSummary(name, entry, allowed)
  }

  /// What is known of the tasks that a name stands for.
  ///
  /// - Throws: ``TaskError`` for an unknown name or a group file that is wrong.
  public func summaries(ofTasksOf name: String) throws(TaskError) -> [TaskSummary] {
    try members(of: name).tasks.map {
      TaskSummary($0.name, $0.mapping, $0.source, allowed)
    }
  }

  /// What a name stands for, for listings: `task`, `group` or `tag`.
  public func kind(of name: String) -> String? {
    switch index.entries[name] {
    case .task?: "task"
    case .group?: "group"
    case .tag?: "tag"
    case nil: nil
    }
  }

  /// The tasks that a name stands for, each once: one, all of a group and the groups within it, or all of a tag.
  ///
  /// - Throws: ``TaskError`` for an unknown name, a task file that is wrong, or data that are missing.
  public func evaluations(named name: String) throws -> [any Evaluation] {
    try tasks(named: name)
  }

  /// ``evaluations(named:)``, with their own type.
  public func tasks(named name: String) throws -> [TaskEvaluation] {
    try members(of: name).tasks.map { task in
      try evaluation(TaskReader(task.mapping, task.source, allowed))
    }
  }

  /// The groups that a name stands for: itself where it is one, and the groups within it.
  ///
  /// - Throws: ``TaskError`` for an unknown name or a group file that is wrong.
  public func groups(named name: String) throws -> [TaskGroup] { try members(of: name).groups }

  static func isPath(_ name: String) -> Bool { name.hasSuffix(".yaml") || name.hasSuffix(".yml") }

  private func members(of name: String) throws(TaskError) -> TaskMembers {
    var search = TaskMemberSearch(index: index)
    return try search.members(of: name)
  }

  // MARK: - Tasks

  private func evaluation(_ reader: TaskReader) throws -> TaskEvaluation {
    var reader = reader
    guard let file = TaskFile.reading(&reader) else {
      throw TaskError(.findings(reader.findings)).about(reader.mapping["task"]?.text ?? "")
    }
    let split = split ?? file.evaluatedSplit ?? ""
    let shotCount = try shotCount(of: file)
    do {
      // What is limited is read in part, unless the same documents are also the pool of shots.
      var documents = try documents(of: file, split: split, limit: limit)
      if let limit { documents = Array(documents.prefix(limit)) }
      let shots = try shots(shotCount, file, documents)
      return try TaskEvaluation(file, split: split, documents: documents, shots: shots, shotCount: shotCount)
    } catch let error as TaskError { throw error.about(file.name) }
  }

  /// - Throws: `EvaluationError` where shots are asked for and the file forbids them.
  private func shotCount(of file: TaskFile) throws(EvaluationError) -> Int {
    guard file.numFewshot == 0 else { return numFewshot ?? file.numFewshot ?? 0 }
    if let numFewshot, numFewshot > 0, !keepsForbiddenShots {
      throw EvaluationError(
        .unusedOption(.shots, evaluation: file.name, reason: "its file sets 'num_fewshot' to 0"))
    }
    return 0
  }

  /// - Parameter isPool: Whether they are what shots are drawn from: lm-evaluation-harness prepares those first, and the others
  ///   twice, the second time for good.
  private func documents(
    of file: TaskFile, split: String, limit: Int? = nil, isPool: Bool = false
  ) throws -> [TemplateDictionary] {
    switch file.processDocuments {
    case nil: return try rows(of: file, split: split, limit: limit)
    case .all(let process)?:
      let documents = try rows(of: file, split: split)
      do { return try process(documents) } catch { throw TaskError(error, split: split) }
    case .drawn(let process)?:
      let documents = try rows(of: file, split: split)
      let before = isPool ? 0 : documents.count + (try rows(of: file, split: file.poolSplit ?? split)).count
      do { return try process(documents, before) } catch { throw TaskError(error, split: split) }
    case .each(let process)?:
      // Documents that are dropped do not count, so that more may have to be read than are wanted.
      var most = limit
      while true {
        let documents = try rows(of: file, split: split, limit: most)
        let processed = try Self.processed(documents, process, split)
        guard let limit, let read = most, processed.count < limit, documents.count >= read else {
          return processed
        }
        most = min(read, Int.max / 16) * 16
      }
    }
  }

  /// The documents of a split as they are.
  private func rows(of file: TaskFile, split: String, limit: Int? = nil) throws -> [TemplateDictionary] {
    guard let custom = file.customDataset else {
      let rows = try data.documents(of: file.dataset, split: split, limit: limit)
      return file.callsPython ? TaskDocument.completed(rows) : rows
    }
    var settings = file.metadata
    for case (.string(let key), let value) in zip(file.dataset.settings.keys, file.dataset.settings.values) {
      settings[key] = value
    }
    let splits = try custom.splits(settings)
    guard let rows = splits[split] else {
      throw TaskError.badData(
        .unknown(what: "split of 'custom_dataset'", split, known: splits.keys.sorted()))
    }
    return rows
  }

  private static func processed(
    _ documents: [TemplateDictionary], _ process: DocumentFunction, _ split: String
  ) throws -> [TemplateDictionary] {
    try documents.enumerated().compactMap { index, document in
      do { return try process(document) } catch {
        throw TaskError(error, split: split).about("", document: index)
      }
    }
  }

  private func shots(
    _ count: Int, _ file: TaskFile, _ documents: [TemplateDictionary]
  ) throws -> Shots {
    guard count > 0 else { return .none }
    // The reference compares the names of the splits, and so takes two that are not given for the same.
    let isSame = file.fewshot.split == (split ?? file.dataset.test)
    return try Shots(
      count, of: try pool(file), for: documents, sampler: file.fewshot.sampler, excluding: isSame)
  }

  /// The examples that shots are drawn from. lm-evaluation-harness 0.4.13 reads `fewshot_indices` and forgets them.
  private func pool(_ file: TaskFile) throws -> [TemplateDictionary] {
    let examples = try examples(file)
    return try file.fewshot.indices?.map { index in
      guard examples.indices.contains(index) else {
        throw TaskError(.example(index: index, count: examples.count))
      }
      return examples[index]
    } ?? examples
  }

  private func examples(_ file: TaskFile) throws -> [TemplateDictionary] {
    if let split = file.fewshot.split {
      var source = file
      source.processDocuments = file.fewshot.processDocuments
      return try documents(of: source, split: split, isPool: true)
    }
    if let samples = file.fewshot.samples { return samples }
    return try documents(of: file, split: file.poolSplit ?? split ?? "", isPool: true)
  }
}
