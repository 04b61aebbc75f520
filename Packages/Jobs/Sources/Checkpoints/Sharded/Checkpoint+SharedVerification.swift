internal import Digests
internal import Foundation
public import Sharding
internal import TensorCore

extension Checkpoint {
  /// Compares the digests of all tensors, each on one rank: a rank that reads slices only cannot compare any by itself.
  ///
  /// Tensors are shared out by their bytes. Mapped ones are read a few mebibytes at a time, and their memory is given back at once;
  /// others are read one after the other. Every rank calls this, and each learns what any of them found.
  ///
  /// - Parameter sections: Which tensors; all by default.
  /// - Throws: ``CheckpointError``, the same on every rank, that names all tensors that are damaged or cannot be read;
  ///   `CommunicatorError` if a rank is lost.
  public func verifyDigests(
    in sections: [Section] = Section.allCases, on communicator: any Communicator
  ) throws {
    let all = sections.flatMap { section in names(in: section).compactMap { datasets[section]?[$0] } }
    let shares = Self.shares(of: all.map(\.byteCount), among: communicator.size)
    let faults = shares[communicator.rank].compactMap { fault(in: all[$0]) }
    let gathered = try communicator.allGather(
      Array(try JSONEncoder().encode(faults)), named: "digests of the checkpoint")
    let found = try gathered.flatMap { try JSONDecoder().decode([CheckpointError.Kind].self, from: Data($0)) }
    guard found.isEmpty else {
      throw CheckpointError(.damagedTensors(found), at: path)
    }
  }

  /// Which items each of `count` ranks takes: the largest first, to the rank with the least so far. Every rank computes the same.
  static func shares(of byteCounts: [Int], among count: Int) -> [[Int]] {
    var shares = Array(repeating: [Int](), count: count)
    var loads = Array(repeating: 0, count: count)
    let order = byteCounts.indices.sorted { (-byteCounts[$0], $0) < (-byteCounts[$1], $1) }
    for item in order {
      let rank = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) } ?? 0
      shares[rank].append(item)
      loads[rank] += byteCounts[item]
    }
    return shares
  }

  /// What is wrong with a tensor; `nil` if nothing is, or the file gives no digest for it.
  private func fault(in dataset: HDF5Dataset) -> CheckpointError.Kind? {
    guard let expected = dataset.digest else { return nil }
    do throws(CheckpointError) {
      let found = try digest(of: dataset)
      return found == expected
        ? nil : .tensorDigest(tensor: dataset.path, expected: expected, found: found)
    } catch {
      return error.kind
    }
  }

  /// SHA-256 of the elements, without holding more of a mapped tensor than a window.
  private func digest(of dataset: HDF5Dataset) throws(CheckpointError) -> String {
    guard case .contiguous(let offset) = dataset.placement, case .mapped(let file) = contents.storage,
      !dataset.isBigEndian
    else {
      return try read(dataset).sha256
    }
    _ = try element(of: dataset)
    let window = 4 << 20
    let digest = Digest(.sha256)
    var position = contents.start + offset
    let end = position + dataset.byteCount
    while position < end {
      let next = min(end, position + window)
      file.withBytes { bytes in
        bytes.extracting(position..<next).withUnsafeBytes { digest.update($0) }
      }
      file.release(position..<next)
      position = next
    }
    return digest.hexadecimal()
  }
}
