public import TensorCore

/// The communicator of a run of one rank: every collective is done at once.
public struct SoloCommunicator: Communicator {
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

  public func barrier(named name: String) {}
  public func along(_ axis: MeshAxis) -> any Communicator { self }
}
