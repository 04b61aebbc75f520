import ArgumentParser
import Evaluating
import Evaluations
import Foundation
import Jobs

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Prove on this machine that scores do not depend on how they are computed.",
    discussion: """
      Takes the options of 'run'; 10 documents of each evaluation unless --limit says otherwise. Answers all requests \
      again in other passes, another order, without shared prefixes, on other threads, half of them from a journal and, \
      in float32, with other instruction sets, and compares them bit for bit.
      """)

  @OptionGroup var options: RunOptions

  func run() throws {
    var options = options
    let isLimited = options.documents.limit != nil
    if !isLimited { options.documents.limit = 10 }
    let comparisons = try EvaluationOption.$byDefault.withValue(isLimited ? [] : [.limit]) {
      try options.makeEvaluationJob(
        alone: "'verify' compares replicas and all else with one rank by itself"
      ).verify()
    }
    var table = TextTable(header: ["computed with", "requests", "different"])
    table.rows = comparisons.map { [$0.name, "\($0.requests)", "\($0.different)"] }
    print(table.text)
    let different = comparisons.filter { $0.different > 0 }
    guard different.isEmpty else {
      throw JobError(.differingResponses(different.map(\.name)))
    }
    print("\nall answers are the same bits, however they are computed")
  }
}
