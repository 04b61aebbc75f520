import Evaluation
import Foundation
import Journal
import Sharding

/// Answers that rank 0 has from its journal, by index of the request.
struct RememberedAnswers {
  private let answers: [Int: Response]

  init(_ answers: [Int: Response]) { self.answers = answers }

  /// Those of rank 0, on every rank.
  ///
  /// Goes over as one record for each answer: the request's index and the length of what follows, both 64-bit and
  /// little-endian, and the answer as the journal writes it.
  func shared(over communicator: any Communicator, requests: [Request]) throws -> [Int: Response] {
    guard communicator.size > 1 else { return answers }
    var bytes: [UInt8] = []
    for index in answers.keys.sorted() {
      let answer = answers[index]!.journalled
      for number in [index, answer.count] {
        withUnsafeBytes(of: Int64(number).littleEndian) { bytes += $0 }
      }
      bytes += answer
    }
    var rest = try communicator.broadcast(bytes, from: 0, named: "answers in the journal")[...]
    guard !communicator.isMain else { return answers }
    func number() -> Int {
      defer { rest = rest.dropFirst(8) }
      return Int(rest.prefix(8).reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) })
    }
    var found: [Int: Response] = [:]
    while rest.count >= 16 {
      let (index, count) = (number(), number())
      guard requests.indices.contains(index), (0...rest.count).contains(count),
        let answer = Response(journalled: Data(rest.prefix(count)), to: requests[index])
      else {
        throw JobError(
          .internalError, "rank \(communicator.rank) asks other requests than rank 0; do all run alike?")
      }
      found[index] = answer
      rest = rest.dropFirst(count)
    }
    return found
  }
}
