import Basics
import Templating

/// The arguments of an instruction. What is empty, zero or null counts as missing, as there.
///
/// Where one is missing lm-evaluation-harness draws it at random, which decides nothing about an answer: here that is an error.
struct InstructionArguments {
  private let instruction: String
  private let fields: TemplateDictionary

  init(_ instruction: String, _ fields: TemplateDictionary) {
    self.instruction = instruction
    self.fields = fields
  }

  func number(_ field: String) throws -> Int {
    switch fields[field] {
    case .integer(let value)? where value > 0: return value
    case .float(let value)? where value > 0: if let whole = Int(exactly: value) { return whole }
    default: break
    }
    throw missing(field, "a positive whole number")
  }

  func text(_ field: String) throws -> String {
    guard case .string(let text)? = fields[field], !text.isEmpty else { throw missing(field, "a text") }
    return text
  }

  func texts(_ field: String) throws -> [String] {
    guard case .list(let texts)? = fields[field], !texts.isEmpty else {
      throw missing(field, "a list of texts")
    }
    return texts.map(\.text)
  }

  /// Whether a count is as the instruction asks: less than a number, or at least that.
  func bound(_ count: String, _ relation: String) throws -> CountBound {
    let number = try number(count)
    let name = try text(relation)
    guard let relation = CountBound.Relation(rawValue: name) else {
      throw TaskError.badData(
        .unknown(
          what: "'\(relation)' of instruction '\(instruction)'", name,
          known: CountBound.Relation.allCases.map(\.rawValue)))
    }
    return CountBound(relation: relation, number: number)
  }

  func missing(_ field: String, _ expected: String) -> TaskError {
    .badData(
      .value(
        "'\(field)' of instruction '\(instruction)'", expected: expected,
        found: fields[field].map(\.excerpt) ?? "nothing"))
  }
}

/// `less than` or `at least` a number.
struct CountBound: Sendable {
  enum Relation: String, Sendable, CaseIterable {
    case less = "less than"
    case atLeast = "at least"
  }

  var relation: Relation
  var number: Int

  func callAsFunction(_ count: Int) -> Verdict {
    Verdict(relation == .less ? count < number : count >= number)
  }

  /// For a count that is known to lie in a range only.
  func callAsFunction(_ counts: ClosedRange<Int>) -> Verdict {
    if number <= counts.lowerBound { return self(counts.lowerBound) }
    return number > counts.upperBound ? self(counts.upperBound) : .open
  }
}
