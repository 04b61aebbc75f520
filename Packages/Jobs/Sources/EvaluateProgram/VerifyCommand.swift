import ArgumentParser
import Basics
import Evaluating
import Evaluations
import Foundation
import Jobs
import TensorCore

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Prove on this machine that scores do not depend on how they are computed.",
    discussion: """
      Takes the options of 'run'; 10 documents of each evaluation unless --limit says otherwise. Answers all requests \
      again in other passes, another order, without shared prefixes, on other threads, half of them from a journal and, \
      in float32, with other instruction sets, and compares them bit for bit. Then computes the products of a sample of them \
      with OpenBLAS too, and compares sums and log-probabilities within their bounds.
      """)

  @OptionGroup var options: RunOptions

  func run() throws {
    var options = options
    let isLimited = options.documents.limit != nil
    if !isLimited { options.documents.limit = 10 }
    let (comparisons, opinion) = try EvaluationOption.$byDefault.withValue(isLimited ? [] : [.limit]) {
      let job = try options.makeEvaluationJob(
        alone: "'verify' compares replicas and all else with one rank by itself")
      return (try job.verify(), try job.secondOpinion())
    }
    var table = TextTable(header: ["computed with", "requests", "different"])
    table.rows = comparisons.map { [$0.name, "\($0.requests)", "\($0.different)"] }
    print(table.text)
    let different = comparisons.filter { $0.different > 0 }
    guard different.isEmpty else {
      throw JobError(.differingResponses(different.map(\.name)))
    }
    print("\nall answers are the same bits, however they are computed")
    print(opinion?.text ?? "no second opinion on products: this build has no OpenBLAS")
    guard opinion?.agrees ?? true else {
      throw JobError(.differingProducts)
    }
  }
}

extension SecondOpinion {
  /// What was compared, and how far it is apart.
  fileprivate var text: String {
    let parts = [
      "\(products) products, furthest apart by \(percent(productShare)) of the bound",
      String(format: "\(logProbabilities) log-probabilities, furthest apart by %.1e nats", distance)
        + ", \(percent(logProbabilityShare)) of the bound",
      notCompared > 0 ? "\(notCompared) products of integers not compared" : nil,
    ]
    return "beside \(InstructionSet.openblas.identity): \(parts.compactMap(\.self).joined(separator: "; "))"
  }

  private func percent(_ share: Double) -> String { String(format: "%.2g %%", 100 * share) }
}
