/// Requests that wait, and how many rows each client has had: the next request is one of the client that has had least.
///
/// - Source: Sheng et al. 2024, *Fairness in Serving Large Language Models*, the virtual token counter.
struct FairQueue {
  private var waiting: [OnlineArrival] = []
  private var served: [String: Int] = [:]

  var count: Int { waiting.count }

  mutating func add(_ arrival: OnlineArrival) {
    // A client that comes late does not make up for the time in which it asked for nothing.
    let client = arrival.request.client
    let least = waiting.map { served[$0.request.client, default: 0] }.min() ?? served.values.min() ?? 0
    served[client] = max(served[client] ?? 0, least)
    waiting.append(arrival)
    if served.count > 4096 { forgetIdle() }
  }

  /// The request that is next; of one client, its oldest.
  var first: OnlineArrival? { indexOfFirst.map { waiting[$0] } }

  mutating func removeFirst() {
    if let index = indexOfFirst { waiting.remove(at: index) }
  }

  mutating func remove(_ number: UInt64) -> Bool {
    guard let index = waiting.firstIndex(where: { $0.number == number }) else { return false }
    waiting.remove(at: index)
    return true
  }

  mutating func removeAll() -> [OnlineArrival] {
    defer { waiting = [] }
    return waiting
  }

  /// Counts rows that a client has had.
  mutating func serve(_ rows: Int, to client: String) { served[client, default: 0] += rows }

  /// Sequences, those of the client that has had least first.
  func inOrder(_ sequences: [OnlineSequence]) -> [OnlineSequence] {
    sequences.enumerated().sorted {
      (served[$0.element.request.client] ?? 0, $0.offset) < (
        served[$1.element.request.client] ?? 0, $1.offset
      )
    }.map(\.element)
  }

  func indexOfNext(_ sequences: [OnlineSequence]) -> Int? {
    sequences.indices.min { least($0, sequences) < least($1, sequences) }
  }

  private func least(_ index: Int, _ sequences: [OnlineSequence]) -> (Int, Int) {
    (served[sequences[index].request.client] ?? 0, index)
  }

  private var indexOfFirst: Int? {
    waiting.indices.min {
      (served[waiting[$0].request.client] ?? 0, $0) < (served[waiting[$1].request.client] ?? 0, $1)
    }
  }

  private mutating func forgetIdle() {
    let clients = Set(waiting.map(\.request.client))
    served = served.filter { clients.contains($0.key) }
  }
}
