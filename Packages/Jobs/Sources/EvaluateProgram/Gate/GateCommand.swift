import ArgumentParser
import Basics
import Comparing
import Files
import Foundation
import Jobs
import Runs

struct GateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate",
    abstract: "Decide whether a candidate is worse than a base, with stated error rates.",
    discussion: """
      BASE and CANDIDATE are runs (a name, an id or a folder), baseline files, or models: a folder of the Hugging Face Hub, \
      a GGUF file or a name on the Hub, which are run first, under the options of 'run'.
      The candidate passes where a loss of --drop or more is refuted, and fails where no loss at all is refuted; otherwise \
      there are too few documents. A candidate that is not worse fails with a probability of at most --alpha; one that is \
      worse by --drop or more passes with a probability of at most 1 - power.
      Exit codes: 0 passes, 1 fails, 2 inconclusive, 64 and more for errors.
      """)

  @Argument(
    help: ArgumentHelp("Hold the candidate against this run, baseline file or model.", valueName: "base"),
    transform: givenPath)
  var base: String
  @Argument(
    help: ArgumentHelp("Decide about this run or model.", valueName: "candidate"), transform: givenPath)
  var candidate: String?
  @OptionGroup var rule: GateRuleOptions
  @Flag(
    help:
      "Read documents one after the other in a random order and stop at the first that decides, within the same error rates."
  )
  var sequential = false
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Seed of the order of --sequential.", valueName: "n"))
  var seed: UInt64 = 0
  @Flag(help: "Decide about the documents of all tasks together, as those of one.")
  var together = false
  @Option(
    help: ArgumentHelp("Write the answers as JUnit XML to this file.", valueName: "file"),
    transform: givenPath)
  var junit: String?
  @Option(
    help: ArgumentHelp("Write the answers as Markdown to this file.", valueName: "file"),
    transform: givenPath)
  var markdown: String?
  @Option(
    help: ArgumentHelp(
      "Write the outcomes of the candidate, or of BASE where it stands alone, to this file, to be a BASE later.",
      valueName: "file"), transform: givenPath)
  var saveBaseline: String?
  @Flag(help: "Print one JSON object instead of a table.")
  var json = false
  @OptionGroup var options: RunOptions

  func validate() throws {
    guard candidate != nil || saveBaseline != nil else {
      throw ValidationError("'gate' needs a BASE and a CANDIDATE, or a run and --save-baseline")
    }
  }

  func run() throws {
    guard let candidate else { return try save(try GateOperand(options: options).outcomes(base)) }
    let (gate, outcomes) = try gate(against: candidate)
    try save(outcomes)
    if let junit { try WholeFile.write(gate.junit, to: junit) }
    if let markdown { try WholeFile.write(gate.markdown, to: markdown) }
    print(json ? gate.json.indented : gate.text)
    guard gate.verdict == .passes else { throw GateAnswer(verdict: gate.verdict) }
  }

  /// The gate, and what the candidate's documents came to.
  private func gate(against candidate: String) throws -> (Gate, RunOutcomes) {
    let operand = GateOperand(options: options)
    func gate(_ wave: DocumentWave?) throws -> (Gate, RunOutcomes) {
      let base = try operand.outcomes(base, wave)
      let outcomes = try operand.outcomes(candidate, wave)
      let gate = try Gate(
        base, outcomes, rule: rule.rule, seed: sequential ? seed : nil, together: together)
      return (gate, outcomes)
    }
    guard sequential, operand.namesModel(candidate) else { return try gate(nil) }
    guard !together else {
      // The order of documents of several tasks would change from wave to wave.
      throw ValidationError("--together and --sequential need runs, and '\(candidate)' is a model")
    }
    return try decide(gate)
  }

  /// Asks about more and more documents until they decide or there are no more. What was answered is in the journal, so that
  /// the next wave computes its new documents only, as a trie of their own.
  private func decide(
    _ gate: (DocumentWave?) throws -> (Gate, RunOutcomes)
  ) throws -> (Gate, RunOutcomes) {
    var wave = DocumentWave(seed: seed, first: 64)
    while true {
      let (result, outcomes) = try gate(wave)
      let isWhole = outcomes.tasks.allSatisfy { $0.documents.count < wave.first }
      if result.verdict != .inconclusive || isWhole { return (result, outcomes) }
      standardError.write("\(wave.first) documents do not decide\n")
      wave.first += wave.first / 2
    }
  }

  private func save(_ outcomes: RunOutcomes) throws {
    guard let saveBaseline else { return }
    try outcomes.save(to: saveBaseline)
    standardError.write("baseline in \(saveBaseline)\n")
  }
}

/// An answer other than "passes", which ends the program with a code of its own.
struct GateAnswer: Error {
  let verdict: Verdict

  var exitCode: Int32 {
    switch verdict {
    case .passes: 0
    case .fails: 1
    case .inconclusive: 2
    }
  }
}
