internal import Basics

/// The datasets of a file, found group by group.
struct HDF5Catalog {
  /// Groups nested deeper than this are refused; a parameter's path has four or five names.
  private static let deepest = 64

  let reader: HDF5Reader
  private var found: [HDF5Dataset] = []
  /// Groups that were walked, by the address of their header.
  private var visited: Set<Int> = []

  init(_ reader: HDF5Reader) { self.reader = reader }

  /// All datasets below some groups of the root, in the order of their paths.
  ///
  /// - Parameter groups: By default a checkpoint's sections; what else is in its file is other people's. `nil` for all.
  /// - Throws: ``HDF5Fault`` for the first object that cannot be read or that promises more than the file holds.
  static func datasets(
    below root: ObjectHeader, in groups: Set<String>? = Set(Checkpoint.Section.allCases.map(\.rawValue)),
    _ reader: HDF5Reader
  ) throws(HDF5Fault) -> [HDF5Dataset] {
    var catalog = HDF5Catalog(reader)
    try catalog.collect(in: root, path: "", groups: groups, depth: 0)
    try catalog.checkSizes()
    return catalog.found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  private mutating func collect(
    in header: ObjectHeader, path: String, groups: Set<String>?, depth: Int
  ) throws(HDF5Fault) {
    let links = try naming("/\(path)") { () throws(HDF5Fault) in
      guard depth <= Self.deepest else {
        throw HDF5Fault(.value("groups", expected: "at most \(Self.deepest) levels"))
      }
      guard visited.insert(header.address).inserted else { throw HDF5Fault(.repeated("a group")) }
      return try reader.links(of: header)
    }
    for link in links ?? [] where groups?.contains(link.name) ?? true {
      let child = path.isEmpty ? link.name : "\(path)/\(link.name)"
      try visit(link, child, depth: depth)
    }
  }

  private mutating func visit(_ link: Link, _ path: String, depth: Int) throws(HDF5Fault) {
    var group: ObjectHeader?
    try naming(path) { () throws(HDF5Fault) in
      guard let address = link.address else {
        throw HDF5Fault(
          .unsupported(
            "a link that may lead to another file", remedy: "store the dataset itself, or a hard link"))
      }
      let header = try reader.objectHeader(at: address)
      if let dataset = try HDF5Dataset(header, path: path, reader) {
        found.append(dataset)
      } else {
        group = header  // or a named type, which has no links either
      }
    }
    if let group { try collect(in: group, path: path, groups: nil, depth: depth + 1) }
  }

  /// Two names may lead to one dataset, but not so many that reading them all is more than the file.
  private func checkSizes() throws(HDF5Fault) {
    let stored = found.reduce(0) { $0.saturatingSum($1.storedByteCount) }
    let limit = reader.contents.byteCount.saturatingProduct(8)
    guard stored <= limit else {
      throw HDF5Fault(.value("tensors", expected: "at most \(limit) bytes in all", found: "\(stored)"))
    }
  }
}
