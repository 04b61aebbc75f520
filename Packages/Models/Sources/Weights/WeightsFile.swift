internal import Basics
public import TensorCore

/// Named tensors in a file, or in several that belong together. Read-only, memory-mapped, checked when it is opened.
///
/// Opening reads headers only: every size and offset they promise has been compared with the file before a tensor is
/// asked for, and a tensor that needs no dequantising is a window of the mapping.
public protocol WeightsFile: Sendable {
  /// The file, or the index of a sharded set.
  var path: String { get }
  /// The paths of all files that make it.
  var files: [String] { get }
  /// The path of the file that holds a tensor.
  func file(of name: String) -> String
  /// All tensors, in the order of the header.
  var names: [String] { get }
  /// Slowest axis first; `nil` where there is no such tensor.
  func shape(of name: String) -> [Int]?
  /// How elements are stored, as the format spells it: `BF16`, `Q4_1`, `<f4`; `nil` where there is no such tensor.
  func elementType(of name: String) -> String?
  /// The file itself, where its metadata describe a whole model; `nil` of a format that leaves that to other files.
  var selfDescribed: GGUFFile? { get }
  /// What the header has besides tensors, as far as it is text or a single number.
  var metadata: [String: String] { get }
  /// A tensor, mapped where the file holds it as it is; quantised ones are widened to float32.
  ///
  /// - Throws: ``WeightsError`` if there is none of the name, or its element type is not supported.
  func tensor(named name: String) throws(WeightsError) -> Tensor
  /// How a quantised tensor is held when it has been read; `nil` of any other, and where there is none. Reads nothing.
  func storage(of name: String) -> QuantizedStorage?
  /// A quantised matrix of a format that is kept in blocks; `nil` for any other tensor.
  ///
  /// - Throws: ``WeightsError`` if the file does not hold it.
  func blocks(named name: String) throws(WeightsError) -> BlockMatrix?
  /// Neighbouring rows of a tensor; of a quantised one, nothing else is read or widened.
  ///
  /// - Shape: `[rows.count, …]`.
  /// - Throws: As ``tensor(named:)``.
  /// - Precondition: The rows are within the first axis.
  func tensor(named name: String, rows: Range<Int>) throws(WeightsError) -> Tensor
}

extension WeightsFile {
  public var files: [String] { [path] }
  public func file(of name: String) -> String { path }
  public var selfDescribed: GGUFFile? { nil }
  public func storage(of name: String) -> QuantizedStorage? { nil }
  public func blocks(named name: String) throws(WeightsError) -> BlockMatrix? { nil }

  public func tensor(named name: String, rows: Range<Int>) throws(WeightsError) -> Tensor {
    try tensor(named: name).rows(rows)
  }

  func unknown(_ name: String) -> WeightsError {
    WeightsError(.noTensor(name, nearest: nearestName(to: name, among: names)), path: path)
  }
}
