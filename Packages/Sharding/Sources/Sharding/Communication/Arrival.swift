internal import TensorCore

/// What one rank brings to a collective.
struct Arrival: Sendable {
  let collective: Collective
  let tensors: [Tensor]
  /// Who gives, where one rank does.
  let root: Int?
  /// The shape on which all must agree, where they must.
  let shape: [Int]?

  init(
    _ kind: Collective.Kind, _ name: String, _ tensors: [Tensor] = [], root: Int? = nil, shape: [Int]? = nil
  ) {
    collective = Collective(kind, named: name)
    self.tensors = tensors
    self.root = root
    self.shape = shape
  }

  func fits(_ other: Arrival) -> Bool {
    collective == other.collective && root == other.root && shape == other.shape
  }
}

extension Arrival: CustomStringConvertible {
  /// Such as `allReduce 'loss' of [1]` or `broadcast from rank 0`.
  var description: String {
    "\(collective)" + (shape.map { " of \($0)" } ?? "") + (root.map { " from rank \($0)" } ?? "")
  }
}
