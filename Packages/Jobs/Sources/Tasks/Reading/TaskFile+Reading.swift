import Basics
import Documents
import Templating

extension TaskFile {
  /// Keys that ask for what is not here: Python code, pictures, sound, prompts of another library.
  private static let unsupported = ["doc_to_image", "doc_to_audio", "use_prompt"]
  /// The most shots before a question, and the most examples that can be named.
  static let mostShots = 1_000_000
  /// The most answers to one question.
  static let mostRepeats = 10_000
  private static let fewshotKeys = [
    "sampler", "split", "process_docs", "fewshot_indices", "samples", "doc_to_text", "doc_to_choice",
    "doc_to_target", "gen_prefix", "fewshot_delimiter", "target_delimiter",
  ]

  /// Reads a task, and everything that is wrong with it.
  ///
  /// Native functions stand for those of the file where there is one for each; else all are called in Python, where that is
  /// allowed.
  ///
  /// - Returns: `nil` where the findings leave no task.
  static func reading(_ reader: inout TaskReader) -> TaskFile? {
    let file = file(&reader)
    guard reader.lacksPython, reader.allowed.python != nil else { return file }
    reader = TaskReader(reader.mapping, reader.source, reader.allowed)
    reader.callsPython = true
    return self.file(&reader)
  }

  private static func file(_ reader: inout TaskReader) -> TaskFile? {
    let native = reader.resolveClass()
    // No key of the file says what an unknown class does.
    if reader.node("class") != nil { return nil }
    reader.checkKeys(reader.mapping, known: keys)
    reportUnsupported(&reader)
    let name = reader.text("task")
    if name == nil { reader.report(nil, .missingKey("task")) }
    let path = reader.text("dataset_path")
    let custom = customDataset(&reader)
    if path == nil, custom == nil { reader.report(nil, .missingKey("dataset_path")) }
    let outputType: OutputType? = reader.node("output_type") == nil ? .generate : reader.choice("output_type")
    let fields = promptFields(&reader, outputType ?? .generate)
    var file = TaskFile(
      name: name ?? "", alias: reader.text("task_alias"), source: reader.source,
      dataset: dataset(&reader, path: path ?? ""), outputType: outputType ?? .generate,
      prompt: fields, description: reader.field("description"),
      targetDelimiter: reader.text("target_delimiter") ?? " ",
      fewshotDelimiter: reader.text("fewshot_delimiter") ?? "\n\n",
      fewshot: fewshot(&reader, fields), numFewshot: reader.integer("num_fewshot", within: 0...mostShots),
      processDocuments: reader.documentFunction("process_docs"),
      processResults: native?.results
        ?? reader.resultFunction("process_results", isRolling: outputType == .rolling),
      metrics: native?.metrics ?? metrics(&reader, outputType ?? .generate), generation: generation(&reader),
      repeats: reader.integer("repeats", within: 1...mostRepeats) ?? 1,
      pipelines: pipelines(&reader, outputType ?? .generate),
      metadata: reader.node("metadata")?.mapping?.templateDictionary ?? [:],
      settings: reader.mapping.templateDictionary)
    file.functions = reader.functions
    (file.callsPython, file.customDataset) = (reader.callsPython, custom)
    (file.continuation, file.checkDocument) = (native?.continuation, reader.documentCheck)
    if file.evaluatedSplit == nil {
      reader.report(nil, .noSplit)
    }
    return reader.findings.isEmpty ? file : nil
  }

  /// Reports the keys that ask for what is not here.
  static func reportUnsupported(_ reader: inout TaskReader) {
    for key in unsupported {
      guard let node = reader.node(key) else { continue }
      if case .boolean(false) = node.content { continue }
      reader.report(node, .unsupported(key: key, .notText))
    }
    guard let code = reader.node("unsafe_code") else { return }
    if case .boolean(false) = code.content { return }
    if reader.allowed.sandbox == nil {
      reader.reportPrograms(code)
    } else if reader.callsPython {
      reader.report(code, .unsupported(key: "unsafe_code", .functionsBesidePrograms))
    }
  }

  private static func dataset(_ reader: inout TaskReader, path: String) -> Dataset {
    var dataset = Dataset(path: path, name: reader.text("dataset_name"))
    dataset.training = reader.text("training_split")
    dataset.validation = reader.text("validation_split")
    dataset.test = reader.text("test_split")
    dataset.settings = reader.group("dataset_kwargs")?.templateDictionary ?? [:]
    if let node = reader.group("dataset_kwargs")?["data_files"], !node.isNull {
      for (split, files) in node.mapping?.pairs ?? [("train", node)] {
        dataset.files[split] = (files.list ?? [files]).compactMap(\.text)
      }
    }
    dataset.header = header(&reader)
    return dataset
  }

  /// The names of columns, as pandas takes them: given ones stand for a header that is absent, or replace one that is row 0.
  private static func header(_ reader: inout TaskReader) -> SeparatedDocuments.Header {
    guard let group = reader.group("dataset_kwargs"), reader.node("custom_dataset") == nil else {
      return .firstRow
    }
    for (key, value) in group.pairs where !heededDatasetKeys.contains(key) {
      reader.notice(value, .unused(key: "dataset_kwargs/\(key)", .notHeeded))
    }
    let row = group["header"].flatMap { $0.isNull || $0.text == "infer" ? nil : $0 }
    if let row, row.integer != 0 {
      reader.report(row, .value(key: "dataset_kwargs/header", expected: "0 or null", found: row.phrase))
    }
    if let names = group["column_names"], !names.isNull {
      return .names(names.list?.compactMap(\.text) ?? [], dropsFirstRow: row != nil)
    }
    return group["header"]?.isNull == true ? .numbers : .firstRow
  }

  /// Those that say which documents there are, and those that change nothing about them.
  private static let heededDatasetKeys: Set<String> = [
    "data_files", "header", "column_names", "trust_remote_code", "streaming", "verification_mode", "num_proc",
    "cache_dir", "download_mode", "keep_in_memory", "token", "save_infos",
  ]

  private static func promptFields(_ reader: inout TaskReader, _ type: OutputType) -> PromptFields {
    let text = reader.field("doc_to_text")
    let target = reader.field("doc_to_target")
    let choices = reader.field("doc_to_choice")
    if text == nil, reader.node("doc_to_text") == nil, type != .rolling {
      reader.report(nil, .missingKey("doc_to_text"))
    }
    if target == nil, reader.node("doc_to_target") == nil {
      reader.report(nil, .missingKey("doc_to_target"))
    }
    if type == .multipleChoice, reader.node("doc_to_choice") == nil {
      reader.report(nil, .missingKey("doc_to_choice", neededBy: "output_type: multiple_choice"))
    }
    return PromptFields(
      text: text ?? .constant(.list([])), target: target ?? .constant(.list([])), choices: choices,
      prefix: reader.field("gen_prefix"))
  }

  private static func fewshot(_ reader: inout TaskReader, _ fields: PromptFields) -> Fewshot {
    let group = reader.group("fewshot_config")
    reader.checkKeys(group ?? TaskMapping(), known: fewshotKeys, in: "fewshot_config/")
    let target = reader.text("target_delimiter") ?? " "
    let delimiter = reader.text("fewshot_delimiter") ?? "\n\n"
    let split = reader.text("fewshot_split")
    let process = reader.documentFunction("process_docs")
    guard let group else {
      return Fewshot(
        split: split, processDocuments: process, prompt: fields, targetDelimiter: target, delimiter: delimiter
      )
    }
    var prompt = fields
    if let text = reader.field("doc_to_text", in: group) { prompt.text = text }
    if let target = reader.field("doc_to_target", in: group) { prompt.target = target }
    if let choices = reader.field("doc_to_choice", in: group) { prompt.choices = choices }
    if let prefix = reader.field("gen_prefix", in: group) { prompt.prefix = prefix }
    var fewshot = Fewshot(
      sampler: reader.choice("sampler", in: group) ?? .random,
      split: reader.text("split", in: group) ?? split,
      processDocuments: reader.documentFunction("process_docs", in: group) ?? process, prompt: prompt,
      targetDelimiter: reader.text("target_delimiter", in: group) ?? target,
      delimiter: reader.text("fewshot_delimiter", in: group) ?? delimiter)
    if let samples = reader.node("samples", in: group) {
      if case .function(let name) = samples.content {
        fewshot.samples = self.samples(name, samples, &reader)
      } else if let list = samples.list {
        fewshot.samples = list.compactMap { $0.mapping?.templateDictionary }
      } else {
        reader.report(
          samples, .value(key: "fewshot_config/samples", expected: "a list", found: samples.phrase))
      }
    }
    fewshot.indices = reader.integers("fewshot_indices", in: group, within: 0...mostShots)
    return fewshot
  }

  /// Shots that a function gives.
  private static func samples(
    _ name: String, _ node: TaskNode, _ reader: inout TaskReader
  ) -> [TemplateDictionary]? {
    switch reader.function(name, "samples", node) {
    case .native(.samples(let make))?: return make()
    case .python(let call)?:
      do { return try call.samples() } catch {
        reader.report(node, .python(key: "samples", ErrorCause(error)))
      }
    case .native?: reader.report(node, .function(name, key: "samples", needs: .examples))
    case nil: break
    }
    return nil
  }

  /// The function that gives the documents, in place of a data set by name.
  private static func customDataset(_ reader: inout TaskReader) -> PythonCall? {
    guard let node = reader.node("custom_dataset") else { return nil }
    let call = reader.datasetFunction("custom_dataset")
    if !reader.callsPython {
      reader.report(node, .unsupported(key: "custom_dataset", .noPython))
    }
    return call
  }
}
