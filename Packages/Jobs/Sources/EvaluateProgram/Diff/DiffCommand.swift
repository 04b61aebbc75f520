import ArgumentParser
import Basics
import Checkpoints
import Evaluating
import Evaluations
import Figures
import Foundation
import Jobs

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Say how far models are from a reference, distribution by distribution.",
    discussion: """
      Takes the reference and at least one candidate with the same vocabulary. All models compute the same rows, and both \
      vocabularies stream through one sum: no logits are kept. Prints the numbers of llama-perplexity's --kl-divergence: \
      the divergence KL(reference‖candidate) in nats, how often both find the same token most probable, the change of the \
      right token's probability, and the perplexities' ratio with the error of paired differences.
      Errors are those of independent positions; in brackets those of independent windows of a text, or documents.
      """)

  @Argument(
    help: ArgumentHelp(
      "The reference, then candidates: each a model as for --backbone of 'run', or a checkpoint as for --restore. Settings of all models may follow, such as architecture.dtype.activation=float32.",
      valueName: "model|key=value"))
  var words: [String]
  @Option(
    help: ArgumentHelp("Compare on this text file; may be given again.", valueName: "file"),
    transform: givenPath)
  var text: [String] = []
  @Option(
    help: ArgumentHelp("Compare on what these evaluations score, separated by commas.", valueName: "a,b,…"))
  var tasks: String?
  @Option(
    help: ArgumentHelp(
      "Take a run that is kept in place of the reference, by its name, its id or its folder: candidates are asked what it was asked, and the probabilities of what was scored are compared, which is what a run records. --tasks names some of its evaluations.",
      valueName: "run"), transform: givenPath)
  var against: String?
  @Option(
    help: ArgumentHelp(
      "Cut texts as llama-perplexity does, whose windows score their second half, or rolling, as 'run' does, where each token is scored once. The default is llama-perplexity.",
      valueName: "rule"), transform: TextWindows.given)
  var windows: TextWindows?
  @Option(
    help: ArgumentHelp(
      "Read so many tokens at once: 512 of a text and the models' own block for tasks, unless given.",
      valueName: "n"))
  var context: Int?
  @Option(
    help: ArgumentHelp(
      "Set this for the reference alone, such as architecture.dtype.activation=float32 beside candidates in int8; may be given again. The reference and a candidate may be one file.",
      valueName: "key=value"))
  var reference: [String] = []
  @Flag(help: "Compare the ids that all models have, where some pad their vocabulary.")
  var commonVocabulary = false
  @OptionGroup var documents: TaskOptions
  @OptionGroup var store: StoreOptions
  @Flag(help: "Print a line for each document, or window of a text, too.")
  var perDocument = false
  @Option(
    help: ArgumentHelp(
      "Show the N tokens at which a candidate is farthest from the reference.", valueName: "n"))
  var changes = 5
  @Option(
    help: ArgumentHelp(
      "Draw divergence against size on disk in this file, whose name ends in .svg or .png.", valueName: "file"
    ),
    transform: givenPath)
  var plot: String?
  @Flag(help: "Print one JSON object with all numbers, of each position too.")
  var json = false

  func validate() throws {
    let models = try models
    guard models.count > (against == nil ? 1 : 0) else {
      throw ValidationError("diff needs a reference and a candidate, found \(models.count) models")
    }
    if against == nil {
      guard text.isEmpty != (tasks == nil) else { throw ValidationError("give either --text or --tasks") }
    } else {
      try refuseWhatARunDecides()
    }
    guard windows == nil || !text.isEmpty else {
      throw ValidationError("--windows cuts texts; give --text")
    }
    if let word = reference.first(where: { !$0.contains("=") }) {
      throw ValidationError("--reference takes a setting KEY=VALUE, found '\(word)'")
    }
    if let context, !(3...1 << 30).contains(context) {
      throw ValidationError("--context must be from 3 to 1073741824, found \(context)")
    }
    guard (0...ChangedToken.most).contains(changes) else {
      throw ValidationError("--changes must be from 0 to \(ChangedToken.most), found \(changes)")
    }
    if let plot, FigureFormat(path: plot) == nil {
      throw ValidationError("--plot must end in .svg or .png, found '\(plot)'")
    }
  }

  /// What is asked of the candidates is what the run was asked.
  private func refuseWhatARunDecides() throws {
    let given: [(String, Bool)] = [
      ("--text", !text.isEmpty), ("--context", context != nil), ("--limit", documents.limit != nil),
      ("--num-fewshot", documents.numFewshot != nil), ("--tasks-dir", !documents.tasksDir.isEmpty),
      ("--data", documents.data != nil), ("--split", documents.split != nil),
      ("--common-vocabulary", commonVocabulary), ("--plot", plot != nil),
      ("--reference", !reference.isEmpty),
    ]
    if let (name, _) = given.first(where: \.1) {
      throw ValidationError("\(name) does nothing with --against, whose run says what is asked")
    }
  }

  func run() throws {
    let bar = ProgressBar()
    defer { bar.clear() }
    let report = try against.map { try compare(against: $0, bar) } ?? compare(bar)
    bar.clear()
    print(
      json
        ? report.json.indented
        : DivergenceText(report, showsDocuments: perDocument, changes: changes).text)
    if let plot { try FigureFiles.write(report.frontier, toFile: plot) }
  }

  private func compare(against run: String, _ bar: ProgressBar) throws -> DivergenceReport {
    let run = try store.run(run)
    let sides = try models.map { DivergenceRun.Side($0, try job(on: $0, isReference: false, bar)) }
    var comparison = RecordedDivergence(run, sides)
    comparison.evaluations = tasks.map(RunOptions.names)
    comparison.progress = bar.draw
    return try comparison()
  }

  private func compare(_ bar: ProgressBar) throws -> DivergenceReport {
    let sides = try models.enumerated().map { index, model in
      DivergenceRun.Side(model, try job(on: model, isReference: index == 0, bar))
    }
    var comparison = DivergenceRun(sides[0], Array(sides.dropFirst()))
    comparison.context = context
    if !text.isEmpty {
      comparison.usualContext = 512
      comparison.windows = windows ?? .halves
      comparison.comparesWindows = true
    }
    comparison.comparesCommonVocabulary = commonVocabulary
    comparison.progress = bar.draw
    return try comparison()
  }

  /// Words that are no settings; a file is none, whatever its name.
  private var models: [String] {
    get throws { try words.filter { !isSetting($0) }.map(givenPath) }
  }

  private func isSetting(_ word: String) -> Bool {
    word.contains("=") && !FileManager.default.fileExists(atPath: word)
  }

  /// A job on one of the models; only that of the reference has evaluations.
  private func job(on model: String, isReference: Bool, _ bar: ProgressBar) throws -> any EvaluationJob {
    var options = try RunOptions.parse(
      words.filter(isSetting) + (isReference ? reference + evaluations : ["eval.evaluations=[]"]))
    options.store = store
    let isCheckpoint = store.checkpoints.holds(model)
    (options.model.restore, options.model.backbone) = isCheckpoint ? (model, nil) : (nil, model)
    if isReference {
      (options.tasks, options.documents) = (tasks, documents)
      try options.validate()
    }
    let selection = try options.selection()
    let job = try options.makeJob(selection) { spec in
      spec.withoutEvaluations = true
      spec.progress = bar.draw
    }
    guard let job = job.evaluating else { throw JobError(.unfit(job: selection.key, .runsNoEvaluations)) }
    return job
  }

  /// The setting that names the texts, where there are some. A path has a slash, so that no evaluation is meant.
  private var evaluations: [String] {
    guard !text.isEmpty else { return [] }
    let paths = text.map { JSONValue.text($0.contains("/") ? $0 : "./" + $0) }
    return ["eval.evaluations=\(JSONValue.list(paths).line)"]
  }
}

extension TextWindows {
  /// The rule of that name.
  fileprivate static func given(_ name: String) throws -> TextWindows {
    guard let rule = TextWindows(rawValue: name) else {
      let known = quotedList(allCases.map(\.rawValue), separator: " or ")
      throw ValidationError("--windows must be \(known), found '\(name)'")
    }
    return rule
  }
}

extension CheckpointStore {
  /// Whether a name is that of a checkpoint, not of a backbone: a file of HDF5, or a folder with one.
  fileprivate func holds(_ name: String) -> Bool {
    guard let path = try? resolve(name) else { return false }
    return isFolder(path) || StrayWord.checkpointEndings.contains((path as NSString).pathExtension)
  }
}
