public import TensorCore

/// How the ranks of a run, or of one axis of its mesh, communicate: by collectives and messages.
///
/// Every rank of the communicator calls the same collectives with the same names in the same order. A call returns when all
/// have called; it throws, on all ranks that wait, as soon as one of them cannot.
///
/// Calls block the thread: ranks are threads or processes of their own, never tasks of the cooperative pool.
public protocol Communicator: Sendable {
  /// The ranks that take part, as a grid. Has length 1 along axes that a sub-communicator does not span.
  var mesh: Mesh { get }
  /// This rank, in `0 ..< size`.
  var rank: Int { get }

  /// Replaces `tensor` by the sum over ranks, element by element.
  ///
  /// Added in the order of ranks, ((t₀ + t₁) + t₂) + …, so that the same operands give the same bits on every rank and in
  /// every run.
  ///
  /// - Shape: The same on every rank; float32.
  /// - Parameter name: What the sum is for, such as `blocks_0/mlp/c_proj`; errors and hang reports show it.
  func allReduce(_ tensor: inout Tensor, named name: String) throws(CommunicatorError)

  /// The tensor of every rank, in the order of ranks. Shapes and element types may differ.
  func allGather(_ tensor: Tensor, named name: String) throws(CommunicatorError) -> [Tensor]

  /// Replaces `tensor` by that of `root`, whatever shape and element type it had before.
  func broadcast(_ tensor: inout Tensor, from root: Int, named name: String) throws(CommunicatorError)

  /// Hands every rank its tensor of the list that `root` gives. Shapes and element types may differ.
  ///
  /// - Parameter tensors: On `root` one for each rank; not looked at elsewhere.
  func scatter(_ tensors: [Tensor], from root: Int, named name: String) throws(CommunicatorError) -> Tensor

  /// The tensor of every rank, in the order of ranks, on `root`; nothing on the others, which then hold none but their own.
  /// Shapes and element types may differ.
  func gather(_ tensor: Tensor, to root: Int, named name: String) throws(CommunicatorError) -> [Tensor]

  /// Waits for all ranks.
  func barrier(named name: String) throws(CommunicatorError)

  /// Hands `bytes` to the mailbox `name` of `rank`, and returns at once.
  ///
  /// Messages of one sender to one mailbox arrive in order. A rank may send to itself. Any thread of a rank may send, also
  /// while another one of it is in a collective. A message that is not received is lost when the run ends.
  ///
  /// - Throws: Once it is known that a rank has failed.
  /// - Precondition: This is the communicator of all ranks, not one along an axis.
  func send(_ bytes: [UInt8], to rank: Int, named name: String) throws(CommunicatorError)

  /// Waits for the next message in this rank's mailbox `name`, from whichever rank.
  ///
  /// Any thread of a rank may wait, also while another one of it is in a collective; of several that wait at one mailbox,
  /// each gets messages of its own. What was sent before a rank failed is still handed out.
  ///
  /// - Throws: When a rank fails; when the run's patience ends; when no rank is left to send, which is so when this rank's
  ///   body has returned, or when all other ranks have and it is the body's own thread that waits.
  /// - Precondition: As for ``send(_:to:named:)``.
  func receive(named name: String) throws(CommunicatorError) -> Message

  /// The ranks that differ from this one along `axis` only.
  func along(_ axis: MeshAxis) -> any Communicator
}

extension Communicator {
  /// How many ranks take part.
  public var size: Int { mesh.count }

  /// Whether this is the rank that writes files and the terminal.
  public var isMain: Bool { rank == 0 }

  public func allReduce(_ tensor: inout Tensor) throws(CommunicatorError) {
    try allReduce(&tensor, named: "")
  }

  public func allGather(_ tensor: Tensor) throws(CommunicatorError) -> [Tensor] {
    try allGather(tensor, named: "")
  }

  public func broadcast(_ tensor: inout Tensor, from root: Int) throws(CommunicatorError) {
    try broadcast(&tensor, from: root, named: "")
  }

  public func scatter(_ tensors: [Tensor], from root: Int) throws(CommunicatorError) -> Tensor {
    try scatter(tensors, from: root, named: "")
  }

  public func gather(_ tensor: Tensor, to root: Int) throws(CommunicatorError) -> [Tensor] {
    try gather(tensor, to: root, named: "")
  }

  public func barrier() throws(CommunicatorError) {
    try barrier(named: "")
  }
}
