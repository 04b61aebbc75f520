internal import TensorCore

/// What one rank brings to a collective.
struct Arrival: Sendable {
  let collective: Collective
  /// For every member the one, or if ``isAddressed`` for each member one of its own.
  let tensors: [Tensor]
  /// Who gives, or gets, where one rank does.
  let root: Int?
  /// The shape on which all must agree, where they must.
  let shape: [Int]?
  let isAddressed: Bool

  init(
    _ kind: Collective.Kind, _ name: String, _ tensors: [Tensor] = [], root: Int? = nil, shape: [Int]? = nil,
    isAddressed: Bool = false
  ) {
    collective = Collective(kind, named: name)
    self.tensors = tensors
    self.root = root
    self.shape = shape
    self.isAddressed = isAddressed
  }

  /// What this arrival brings for `member`.
  func tensor(for member: Int) -> Tensor { isAddressed ? tensors[member] : tensors[0] }

  private func fits(_ other: Arrival) -> Bool {
    collective == other.collective && root == other.root && shape == other.shape
  }

  /// How the arrivals of `members` do not fit each other, if they do not.
  static func disagreement(_ arrivals: [Arrival], of members: [Int]) -> CommunicatorError.Reason? {
    guard let odd = arrivals.firstIndex(where: { !$0.fits(arrivals[0]) }) else { return nil }
    return .disagreement(
      .init(rank: members[0], "\(arrivals[0])"), .init(rank: members[odd], "\(arrivals[odd])"))
  }
}

extension Arrival: CustomStringConvertible {
  /// Such as `allReduce 'loss' of [1]`, `broadcast from rank 0` or `gather to rank 0`.
  var description: String {
    "\(collective)" + (shape.map { " of \($0)" } ?? "")
      + (root.map { " \(collective.kind == .gather ? "to" : "from") rank \($0)" } ?? "")
  }
}
