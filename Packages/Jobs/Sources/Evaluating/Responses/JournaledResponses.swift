import Basics
import Evaluations
import Jobs
import Sharding

/// Responses that rank 0 has from its journal, by index of the request.
struct JournaledResponses {
  private let responses: [Int: Response]

  init(_ responses: [Int: Response]) { self.responses = responses }

  /// Those of rank 0, on every rank.
  ///
  /// Goes over as one record for each response: the request's index, the length of what follows, and the response as the journal
  /// writes it.
  func shared(over communicator: any Communicator, requests: [Request]) throws -> [Int: Response] {
    guard communicator.size > 1 else { return responses }
    var writer = ByteWriter()
    for (index, response) in responses.sorted(by: { $0.key < $1.key }) {
      let bytes = response.bytes
      writer.append(Int64(index))
      writer.append(Int64(bytes.count))
      writer.append(bytes)
    }
    let received = try communicator.broadcast(writer.bytes, from: 0, named: "responses in the journal")
    guard !communicator.isMain else { return responses }
    var reader = ByteReader(received)
    var found: [Int: Response] = [:]
    while reader.remaining > 0 {
      let (index, count) = (try reader.count(), try reader.count())
      let bytes = try reader.bytes(count)
      guard requests.indices.contains(index), let response = Response(bytes: bytes, to: requests[index])
      else {
        throw JobError(.otherData(rank: communicator.rank, what: nil))
      }
      found[index] = response
    }
    return found
  }
}
