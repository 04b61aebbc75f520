public import Basics
public import Sharding
public import TensorCore

/// Where parameters come from: a checkpoint, weights of another format, or memory.
public protocol ParameterSource: Sendable {
  /// Paths of all parameters, such as `blocks_0/attn/c_attn/kernel`.
  var names: [String] { get }
  /// The whole shape of a parameter; `nil` where there is none of the name.
  func shape(of name: String) -> [Int]?
  /// Reads the slice of a parameter that a rank holds, and nothing else.
  ///
  /// - Shape: `slice.shape`, of any floating type.
  func tensor(_ name: String, slice: TensorSlice) throws -> Tensor
  /// The same of quantised matrices, in their blocks; `nil` for any other parameter, and where a slice cuts through blocks.
  ///
  /// - Shape: Rows of all matrices behind each other, and their last axis.
  func blocks(_ name: String, slice: TensorSlice) throws -> BlockMatrix?
  /// The format of the blocks of a whole parameter; `nil` where it has none. Reads nothing.
  func blockFormat(of name: String) -> BlockFormat?
  /// What the parameter is called where it is stored, and in which file, for errors: `'model.safetensors': tensor 'wte'`.
  func place(of name: String) -> String
}

extension ParameterSource {
  public func place(of name: String) -> String { "parameter '\(name)'" }
  public func blockFormat(of name: String) -> BlockFormat? { nil }
  public func blocks(_ name: String, slice: TensorSlice) throws -> BlockMatrix? { nil }
}

/// A stored parameter that holds a number which is not finite.
public struct NonFiniteError: ReportableError, Sendable, Equatable {
  /// The file and the tensor.
  public let name: String
  /// The number: `inf`, `-inf` or `nan`.
  public let value: String
  /// Its place in row-major order; `nil` where only a part was read.
  public let index: Int?

  public var fault: Fault { .badData }

  public var description: String {
    "\(name) holds \(value)\(index.map { " at element \($0)" } ?? ""), expected finite numbers"
  }
}

/// Parameters that are already in memory.
public struct MemorySource: ParameterSource {
  private let tensors: [String: Tensor]

  public init(_ tensors: [String: Tensor]) { self.tensors = tensors }

  public var names: [String] { tensors.keys.sorted() }
  public func shape(of name: String) -> [Int]? { tensors[name]?.shape }

  /// - Precondition: There is a parameter `name`.
  public func tensor(_ name: String, slice: TensorSlice) -> Tensor {
    guard let tensor = tensors[name] else { preconditionFailure("no parameter '\(name)'") }
    return tensor[slice]
  }
}
