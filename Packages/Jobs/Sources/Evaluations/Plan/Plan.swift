/// Requests laid out for a model: each prefix is read once, and each row that is read knows what is asked of it.
public struct Plan: Sendable {
  let trie: PrefixTrie
  let requests: [Request]
  /// By row, then by target. Ranks that hold the same plan name an ask by its number here.
  let asks: [Ask]
  /// By row.
  private let prompts: [Prompt]

  /// A scored position: the row before it, and the id whose probability there is asked.
  struct Ask: Sendable {
    let row: Int
    let target: Int32
    let request: Int32
    /// Which of the request's scored positions it is.
    let offset: Int32
  }

  /// A request to go on after a row.
  struct Prompt: Sendable {
    let row: Int
    let request: Int
  }

  public init(_ requests: [Request]) {
    self.requests = requests
    trie = PrefixTrie(requests.lazy.map(\.inputs))
    var asks: [Ask] = []
    var prompts: [Prompt] = []
    trie.forEachPath { index, rows in
      switch requests[index] {
      case .score(let request):
        for (offset, position) in request.scored.enumerated() {
          asks.append(
            Ask(
              row: rows[position - 1], target: request.ids[position], request: Int32(index),
              offset: Int32(offset)))
        }
      case .generate(let request):
        if request.limit > 0 { prompts.append(Prompt(row: rows[rows.count - 1], request: index)) }
      }
    }
    asks.sort { ($0.row, $0.target) < ($1.row, $1.target) }
    prompts.sort { ($0.row, $0.request) < ($1.row, $1.request) }
    self.asks = asks
    self.prompts = prompts
  }

  /// The layout of other requests, for `requests` that differ from them in nothing but how answers are drawn.
  ///
  /// - Precondition: There are as many.
  public init(_ requests: [Request], laidOutAs other: Plan) {
    precondition(requests.count == other.requests.count, "a plan of \(other.requests.count) requests")
    self.requests = requests
    (trie, asks, prompts) = (other.trie, other.asks, other.prompts)
  }

  /// Ids that the requests ask a model to read, prefixes as often as they occur.
  public var tokensAsked: Int { trie.idCount }
  /// Ids that are read.
  public var tokensComputed: Int { trie.rowCount }
  /// Rows whose distribution is asked for.
  public var positionsScored: Int {
    asks.indices.count { $0 == 0 || asks[$0].row != asks[$0 - 1].row }
  }
  /// Ids that may be generated, at most.
  public var tokensGenerated: Int {
    requests.reduce(0) { sum, request in
      guard case .generate(let request) = request else { return sum }
      return sum + max(request.limit, 0)
    }
  }

  /// What is asked of `rows`, by row.
  func asks(of rows: Range<Int>) -> ArraySlice<Ask> { asks.within(rows, \.row) }
  func prompts(at rows: Range<Int>) -> ArraySlice<Prompt> { prompts.within(rows, \.row) }
}

extension Request {
  /// The ids that the model reads: not the last of a score, which is only predicted.
  fileprivate var inputs: [Int32] {
    switch self {
    case .score(let request): request.scored.isEmpty ? [] : request.ids.dropLast()
    case .generate(let request): request.limit > 0 ? request.prompt : []
    }
  }
}

extension Array {
  /// The elements of a sorted array whose `key` is in `range`.
  fileprivate func within(_ range: Range<Int>, _ key: (Element) -> Int) -> ArraySlice<Element> {
    func first(notBelow bound: Int) -> Int {
      var (low, high) = (0, count)
      while low < high {
        let middle = (low + high) / 2
        if key(self[middle]) < bound { low = middle + 1 } else { high = middle }
      }
      return low
    }
    return self[first(notBelow: range.lowerBound)..<first(notBelow: range.upperBound)]
  }
}
