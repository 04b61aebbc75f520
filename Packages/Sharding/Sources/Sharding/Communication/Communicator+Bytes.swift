import TensorCore

extension Communicator {
  /// The bytes of `root`, on every rank.
  ///
  /// - Parameter bytes: Not looked at on other ranks.
  public func broadcast(_ bytes: [UInt8], from root: Int, named name: String) throws(CommunicatorError)
    -> [UInt8]
  {
    var tensor = Tensor(bytes: rank == root ? bytes : [])
    try broadcast(&tensor, from: root, named: name)
    return tensor.allBytes
  }

  /// The bytes of every rank, in the order of ranks.
  public func allGather(_ bytes: [UInt8], named name: String) throws(CommunicatorError) -> [[UInt8]] {
    try allGather(Tensor(bytes: bytes), named: name).map(\.allBytes)
  }
}

extension Tensor {
  fileprivate init(bytes: [UInt8]) {
    self.init(shape: [bytes.count], elementType: .uint8, copying: bytes.span.bytes)
  }

  fileprivate var allBytes: [UInt8] { withBytes { bytes in bytes.withUnsafeBytes { Array($0) } } }
}
