import TensorCore

/// A random order of documents that depends on a seed and their indices only, so that those of a smaller run have the same
/// order among themselves.
public struct SeededOrder: Sendable {
  private let key: RandomKey

  public init(_ seed: UInt64) { key = RandomKey(seed: seed) }

  /// The places in `documents`, in the order in which they are read.
  public func places(_ documents: [Int]) -> [Int] {
    let ranks = documents.map { key.folded(UInt64(bitPattern: Int64($0))).seed }
    return documents.indices.sorted { (ranks[$0], documents[$0]) < (ranks[$1], documents[$1]) }
  }
}
