import Basics
import Evaluations
import Templating

/// Instructions about the form of an answer, each checked by a rule.
///
/// What rests on nltk's sentences or on langdetect is decided only where they cannot matter; where they can, a sentence names
/// the instruction and `--python`.
///
/// - Source: Zhou et al. 2023, *Instruction-Following Evaluation for Large Language Models*; lm-evaluation-harness 0.4.13,
///   `ifeval/utils.py` and `ifeval/instructions.py`.
enum IFEval {
  static func results(
    _ document: TemplateDictionary, _ answers: FilteredResponses
  ) throws -> [(metric: String, SampleValue.Content)] {
    let answer = try answers.firstText()
    let instructions = try instructions(of: document)
    let strict = try instructions.map { try $0.isFollowed(by: [answer]) }
    let loose = try instructions.map { try $0.isFollowed(by: variants(of: answer)) }
    return [("strict", strict), ("loose", loose)].flatMap { name, followed in
      [
        (metric: "prompt_level_\(name)_acc", SampleValue.Content.number(followed.allSatisfy { $0 } ? 1 : 0)),
        ("inst_level_\(name)_acc", .numbers(followed.map { $0 ? 1 : 0 })),
      ]
    }
  }

  /// The mean over all instructions of all documents.
  static func instructionAccuracy(_ values: [SampleValue.Content]) -> Double {
    let followed = values.flatMap { content -> [Double] in
      if case .numbers(let numbers) = content { numbers } else { [] }
    }
    return followed.reduce(0, +) / Double(followed.count)
  }

  /// Throws for a document with an instruction that no answer decides here, or that cannot be read.
  static func check(_ document: TemplateDictionary) throws {
    for instruction in try instructions(of: document) { try instruction.checkIsDecided() }
  }

  private static func instructions(of document: TemplateDictionary) throws -> [Instruction] {
    let names = try document.requiredTexts("instruction_id_list")
    guard case .list(let arguments)? = document["kwargs"], arguments.count >= names.count else {
      throw TaskError.badData(.missing("list 'kwargs' of the arguments of \(names.count) instructions"))
    }
    return try zip(names, arguments).map { name, arguments in
      guard case .dictionary(let fields) = arguments else {
        throw TaskError.badData(
          .value("an entry of 'kwargs'", expected: "a mapping", found: arguments.excerpt))
      }
      return try Instruction(name, InstructionArguments(name, fields))
    }
  }

  /// The answer, and without its first line, its last line or both, and without asterisks.
  private static func variants(of answer: String) -> [String] {
    let lines = PythonText.split(answer, by: "\n")
    let shorter = [lines.dropFirst(), lines.dropLast(), lines.dropFirst().dropLast()].map {
      PythonText.trimmed($0.joined(separator: "\n"))
    }
    let all = [answer] + shorter
    return all + all.map { PythonText.replaced($0, "*", with: "") }
  }
}

/// What one rule finds in an answer.
enum Verdict: Sendable {
  case followed, broken
  /// Another tool would have to say.
  case open

  init(_ isFollowed: Bool) { self = isFollowed ? .followed : .broken }
}

/// An instruction with its arguments.
struct Instruction: Sendable {
  /// What the verdict of a kind may rest on, in Python.
  enum Tool: String {
    case langdetect, nltk
  }

  let name: String
  let check: @Sendable (String) throws -> Verdict
  /// What decides where the verdict is open.
  var tool = Tool.langdetect
  /// Whether it is open for every answer.
  var isAlwaysOpen = false

  /// Whether one of some answers follows it; one that is blank does not.
  ///
  /// - Throws: ``TaskError`` where that is open.
  func isFollowed(by answers: [String]) throws -> Bool {
    var isOpen = false
    for answer in answers where !PythonText.trimmed(answer).isEmpty {
      switch try check(answer) {
      case .followed: return true
      case .broken: break
      case .open: isOpen = true
      }
    }
    if isOpen { throw undecided }
    return false
  }

  func checkIsDecided() throws { if isAlwaysOpen { throw undecided } }

  private var undecided: TaskError {
    .badData(
      .unsupported(
        "instruction '\(name)'",
        remedy: "the Python library \(tool.rawValue) decides it: let it run with --python PATH"))
  }
}
