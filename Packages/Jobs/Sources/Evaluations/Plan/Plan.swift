/// Requests laid out for a model: each prefix is read once, and each node of their trie has its targets and prompts.
public struct Plan: Sendable {
  let trie: PrefixTrie
  let requests: [Request]
  /// By node, then by id. Ranks that hold the same plan identify a target by its index here.
  let targets: [Target]
  /// By node.
  private let prompts: [Prompt]

  /// A scored position: the node before it, and the id whose log-probability is requested there.
  struct Target: Sendable {
    let node: Int
    let id: Int32
    let request: Int32
    /// Which of the request's scored positions it is.
    let offset: Int32
  }

  /// A request to generate after a node.
  struct Prompt: Sendable {
    let node: Int
    let request: Int
  }

  public init(_ requests: [Request]) {
    self.requests = requests
    trie = PrefixTrie(requests.lazy.map(\.inputs))
    var targets: [Target] = []
    var prompts: [Prompt] = []
    trie.forEachPath { index, nodes in
      switch requests[index] {
      case .score(let request):
        for (offset, position) in request.scored.enumerated() {
          targets.append(
            Target(
              node: nodes[position - 1], id: request.ids[position], request: Int32(index),
              offset: Int32(offset)))
        }
      case .generate(let request):
        if request.limit > 0 { prompts.append(Prompt(node: nodes[nodes.count - 1], request: index)) }
      }
    }
    targets.sort { ($0.node, $0.id) < ($1.node, $1.id) }
    prompts.sort { ($0.node, $0.request) < ($1.node, $1.request) }
    self.targets = targets
    self.prompts = prompts
  }

  /// The layout of other requests, for `requests` that differ from them in nothing but how responses are sampled.
  ///
  /// - Precondition: There are as many.
  public init(_ requests: [Request], laidOutAs other: Plan) {
    precondition(requests.count == other.requests.count, "a plan of \(other.requests.count) requests")
    self.requests = requests
    (trie, targets, prompts) = (other.trie, other.targets, other.prompts)
  }

  /// Ids that the requests contain, prefixes as often as they occur.
  public var tokensAsked: Int { trie.idCount }
  /// Ids that are read.
  public var tokensComputed: Int { trie.nodeCount }
  /// Nodes whose distribution is scored.
  public var positionsScored: Int { positionsScored(targets[...]) }
  /// Positions that the nodes attend to, each one's own among them.
  public var positionsAttended: Int {
    trie.order.indices.reduce(0) { sum, leaf in
      let (first, end) = (trie.shared[leaf], trie.ids(of: leaf).count)
      return sum + (end * (end + 1) - first * (first + 1)) / 2
    }
  }
  /// Ids that may be generated, at most.
  public var tokensGenerated: Int {
    requests.reduce(0) { sum, request in
      guard case .generate(let request) = request else { return sum }
      return sum + max(request.limit, 0)
    }
  }

  /// Those of `nodes` whose distribution is scored.
  func positionsScored(of nodes: Range<Int>) -> Int { positionsScored(targets(of: nodes)) }

  private func positionsScored(_ targets: ArraySlice<Target>) -> Int {
    targets.indices.count { $0 == targets.startIndex || targets[$0].node != targets[$0 - 1].node }
  }

  /// The targets of `nodes`, by node.
  func targets(of nodes: Range<Int>) -> ArraySlice<Target> { targets.within(nodes, \.node) }
  func prompts(of nodes: Range<Int>) -> ArraySlice<Prompt> { prompts.within(nodes, \.node) }
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
