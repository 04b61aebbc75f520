import Sharding

extension Communicator {
  /// - Parameters:
  ///   - contents: What all ranks must give alike.
  ///   - name: What that is, in the plural.
  /// - Throws: ``JobError`` on all ranks where they do not, naming the first that differs from rank 0.
  package func requireSame(_ contents: [UInt8], named name: String) throws {
    guard size > 1 else { return }
    let all = try allGather(contents, named: name)
    guard let other = all.firstIndex(where: { $0 != all[0] }) else { return }
    throw JobError(.otherData(rank: other, what: name))
  }
}
