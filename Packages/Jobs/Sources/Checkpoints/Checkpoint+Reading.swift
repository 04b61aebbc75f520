internal import Basics
public import Sharding
public import TensorCore

extension Checkpoint {
  /// Paths of the parameters, in the order of their UTF-8 bytes.
  public var names: [String] { names(in: .parameters) }

  /// Paths of the tensors of a section, in the order of their UTF-8 bytes.
  public func names(in section: Section) -> [String] {
    (datasets[section] ?? [:]).keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// - Throws: ``CheckpointError`` if there is no tensor of that name; it offers the nearest one.
  public func shape(of name: String, in section: Section = .parameters) throws(CheckpointError) -> [Int] {
    try dataset(name, section).shape
  }

  /// - Throws: ``CheckpointError`` if there is no tensor of that name, or it holds what no tensor can.
  public func elementType(of name: String, in section: Section = .parameters) throws(CheckpointError)
    -> ElementType
  {
    try element(of: dataset(name, section))
  }

  /// Refuses a tensor of whole numbers where a model or an optimizer computes with it.
  ///
  /// - Throws: ``CheckpointError`` for one, and if there is no tensor of that name.
  public func requireFloatingPoint(_ name: String, in section: Section = .parameters) throws(CheckpointError)
  {
    let element = try elementType(of: name, in: section)
    guard element.isFloatingPoint else {
      throw CheckpointError(
        .elementType(
          object: "\(section.rawValue)/\(name)",
          expected: ElementType.allCases.filter(\.isFloatingPoint).map(\.rawValue), found: element.rawValue),
        at: path)
    }
  }

  /// Logical names of the axes, such as `["n_embd", "n_attn"]`; an empty string for an axis without a name, `nil` for
  /// a tensor without the attribute.
  ///
  /// - Throws: ``CheckpointError`` if there is no tensor of that name.
  public func axes(of name: String, in section: Section = .parameters) throws(CheckpointError) -> [String]? {
    try dataset(name, section).axes
  }

  /// A whole tensor, mapped where the file has it contiguous and little-endian.
  ///
  /// - Parameters:
  ///   - shape: The shape that the caller needs; `nil` to take it as it is.
  ///   - verifying: Whether to compare the digest; by default what the checkpoint was opened with.
  /// - Throws: ``CheckpointError`` if there is no such tensor, its shape or type is another, or it is damaged.
  public func tensor(
    named name: String, in section: Section = .parameters, shape: [Int]? = nil, verifying: Bool? = nil
  ) throws(CheckpointError) -> Tensor {
    let dataset = try dataset(name, section)
    if let shape { try check(shape, of: dataset, name) }
    let tensor = try read(dataset)
    if verifying ?? verifies, let expected = dataset.digest {
      let found = tensor.sha256
      guard found == expected else {
        throw CheckpointError(.tensorDigest(tensor: name, expected: expected, found: found), at: path)
      }
    }
    return tensor
  }

  /// The slice of a tensor that a rank holds. Only its elements are read, and no digest is compared unless it is whole.
  ///
  /// - Throws: ``CheckpointError`` if there is no such tensor, or the slice is one of another shape.
  public func tensor(
    named name: String, in section: Section = .parameters, slice: TensorSlice
  ) throws(CheckpointError) -> Tensor {
    if slice.isWhole { return try tensor(named: name, in: section, shape: slice.whole) }
    let dataset = try dataset(name, section)
    try check(slice.whole, of: dataset, name)
    let element = try element(of: dataset)
    return try reading { () throws(HDF5Fault) in try contents.read(dataset, element: element, slice: slice) }
  }
}

extension Checkpoint {
  func dataset(_ name: String, _ section: Section) throws(CheckpointError) -> HDF5Dataset {
    let known = datasets[section] ?? [:]
    guard let dataset = known[name] else {
      let nearest = nearestName(to: name, among: known.keys.sorted())
      throw CheckpointError(.tensor(name: name, section: section.rawValue, nearest: nearest), at: path)
    }
    return dataset
  }

  func element(of dataset: HDF5Dataset) throws(CheckpointError) -> ElementType {
    guard let element = dataset.element else {
      let known = ElementType.allCases.map(\.rawValue)
      throw CheckpointError(
        .elementType(object: dataset.path, expected: known, found: dataset.typeName), at: path)
    }
    return element
  }

  /// All elements, without a look at the digest.
  func read(_ dataset: HDF5Dataset) throws(CheckpointError) -> Tensor {
    let element = try element(of: dataset)
    return try reading { () throws(HDF5Fault) in try contents.read(dataset, element: element) }
  }

  private func reading(_ body: () throws(HDF5Fault) -> Tensor) throws(CheckpointError) -> Tensor {
    do throws(HDF5Fault) {
      return try body()
    } catch {
      throw CheckpointError(.hdf5(error), at: path)
    }
  }

  private func check(_ shape: [Int], of dataset: HDF5Dataset, _ name: String) throws(CheckpointError) {
    guard shape == dataset.shape else {
      throw CheckpointError(.shape(tensor: name, expected: shape, found: dataset.shape), at: path)
    }
  }
}
