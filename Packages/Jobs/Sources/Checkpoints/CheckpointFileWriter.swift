internal import Files
public import TensorCore

/// Writes one HDF5 file of the format, whole or not at all: under a temporary name, to the disk, then renamed.
///
/// For one caller at a time. Without ``finish()`` nothing stays behind.
public final class CheckpointFileWriter {
  /// How elements are stored.
  public enum Layout: Sendable, Equatable {
    /// As they are in memory, so that a reader maps them.
    case contiguous
    /// In chunks of about a mebibyte, each with a Fletcher-32 checksum, shortened by deflate of this level (0 to 9).
    case chunked(deflate: Int)
  }

  private let path: String
  /// What errors call the file.
  private let label: String
  private let temporary: String
  private let layout: Layout
  private var file: HDF5Output?
  private var written: Set<String> = []

  /// - Parameters:
  ///   - path: Where the file will be; the directory must exist. A file that is there is replaced at the end.
  ///   - configuration: The settings that made the model, as YAML, for the attribute `config`.
  /// - Throws: ``CheckpointError`` if the directory cannot be written to.
  public convenience init(path: String, configuration: String?, layout: Layout = .contiguous)
    throws(CheckpointError)
  {
    try self.init(path: path, shownAs: path, configuration: configuration, layout: layout)
  }

  /// - Parameter name: What errors call the file.
  init(path: String, shownAs name: String, configuration: String?, layout: Layout) throws(CheckpointError) {
    self.path = path
    label = name
    self.layout = layout
    temporary = Unfinished.name(beside: path)
    try checkWritable(split(path).directory, for: path)
    do throws(HDF5Error) {
      let file = try HDF5Output(path: temporary)
      try RootAttributes.write(configuration: configuration, to: file)
      self.file = file
    } catch {
      remove(temporary)
      throw .writing(label, error)
    }
  }

  deinit {
    if file != nil {
      file = nil
      remove(temporary)
    }
  }

  /// Writes a tensor and its digest.
  ///
  /// - Parameters:
  ///   - name: Its path in the section, such as `blocks_0/attn/c_attn/kernel`.
  ///   - axes: Logical names, one for each axis, empty for an axis without one; `nil` for none at all.
  /// - Throws: ``CheckpointError`` if the name is no path or was written before, or the system refuses.
  /// - Precondition: There are as many axes as the tensor has.
  public func write(
    _ tensor: Tensor, named name: String, in section: Checkpoint.Section = .parameters, axes: [String]? = nil
  ) throws(CheckpointError) {
    precondition(
      axes == nil || axes?.count == tensor.shape.count, "axes \(axes ?? []) for shape \(tensor.shape)")
    guard let file else { preconditionFailure("write after finish") }
    let full = "\(section.rawValue)/\(name)"
    guard name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy({ isPlainName($0) }) else {
      throw CheckpointError(.tensorName(name), at: label)
    }
    guard written.insert(full).inserted else {
      throw CheckpointError(.writtenTwice(tensor: name), at: label)
    }
    do throws(HDF5Error) {
      let (chunk, deflate) = storage(of: tensor)
      try file.write(tensor, path: full, axes: axes, digest: tensor.sha256, chunk: chunk, deflate: deflate)
    } catch {
      throw .writing(label, error)
    }
  }

  /// Puts the file in its place.
  ///
  /// - Throws: ``CheckpointError`` if the system refuses; then the place is as it was.
  public func finish() throws(CheckpointError) {
    guard file != nil else { preconditionFailure("finish after finish") }
    defer { remove(temporary) }  // gone already when all went well
    do throws(HDF5Error) {
      try file?.flush()
    } catch {
      throw .writing(label, error)
    }
    file = nil  // closes it
    try synchronize(temporary)
    try move(temporary, to: path)
  }

  /// Chunks cut the leading axes, so that a slice of rows reads few of them.
  private func storage(of tensor: Tensor) -> (chunk: [Int]?, deflate: Int) {
    guard case .chunked(let deflate) = layout, tensor.count > 0 else { return (nil, 0) }
    var chunk = tensor.shape
    var elements = (1 << 20) / tensor.elementType.byteCount
    for axis in chunk.indices.reversed() {
      chunk[axis] = max(1, min(chunk[axis], elements))
      elements /= chunk[axis]
    }
    return (chunk, deflate)
  }
}
