public import TensorCore

/// The communicator of a run of one rank: every collective is done at once.
///
/// Its copies share mailboxes, in which threads of this process may leave messages for each other.
public struct SoloCommunicator: Communicator {
  private let mailboxes = Mailboxes(of: 0, count: 1)

  public init() {}

  public var mesh: Mesh { .solo }
  public var rank: Int { 0 }

  public func allReduce(_ tensor: inout Tensor, named name: String) {
    precondition(tensor.elementType == .float32, "allReduce of \(tensor.elementType)")
  }

  public func allGather(_ tensor: Tensor, named name: String) -> [Tensor] { [tensor] }

  public func broadcast(_ tensor: inout Tensor, from root: Int, named name: String) {
    precondition(root == 0, "broadcast from rank \(root) of 1")
  }

  public func scatter(_ tensors: [Tensor], from root: Int, named name: String) -> Tensor {
    precondition(
      root == 0 && tensors.count == 1, "scatter of \(tensors.count) tensors from rank \(root) of 1")
    return tensors[0]
  }

  public func gather(_ tensor: Tensor, to root: Int, named name: String) -> [Tensor] {
    precondition(root == 0, "gather to rank \(root) of 1")
    return [tensor]
  }

  public func barrier(named name: String) {}

  public func send(_ bytes: [UInt8], to rank: Int, named name: String) {
    precondition(rank == 0, "send to rank \(rank) of 1")
    mailboxes.post(Message(sender: 0, bytes: bytes), named: name)
  }

  public func receive(named name: String) throws(CommunicatorError) -> Message {
    try mailboxes.take(named: name) { [] }
  }

  public func along(_ axis: MeshAxis) -> any Communicator { self }
}
