package import TensorCore

/// The datasets of an HDF5 file that need not be a checkpoint, such as reference data of tests.
package struct HDF5File {
  private let contents: CheckpointContents
  private let datasets: [String: HDF5Dataset]

  /// - Throws: ``CheckpointError`` for a file that is not there or no HDF5; `HDF5Fault` for a damaged one.
  package init(path: String) throws {
    contents = try .mapping(path)
    let reader = HDF5Reader(contents)
    let root = try reader.objectHeader(at: Superblock(contents, path: path).root)
    let all = try HDF5Catalog.datasets(below: root, in: nil, reader)
    datasets = Dictionary(uniqueKeysWithValues: all.map { ($0.path, $0) })
  }

  /// Paths of all datasets, `params/wte`.
  package var names: [String] { datasets.keys.sorted() }

  /// - Precondition: There is a dataset `name`, of a type that a tensor has.
  package func tensor(_ name: String) throws -> Tensor {
    guard let dataset = datasets[name], let element = dataset.element else {
      preconditionFailure("no tensor '\(name)'")
    }
    return try contents.read(dataset, element: element)
  }
}
