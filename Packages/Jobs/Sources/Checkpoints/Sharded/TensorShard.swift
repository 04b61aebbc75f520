public import Sharding
public import TensorCore

/// What one rank holds of a tensor that all ranks write together.
public struct TensorShard: Sendable {
  /// Its path in the section, such as `blocks_0/attn/c_attn/kernel`.
  public let name: String
  public let section: Checkpoint.Section
  /// Logical names of the axes; `nil` for none at all. See ``CheckpointFileWriter/write(_:named:in:axes:)``.
  public let axes: [String]?
  /// Which elements of which shape.
  public let slice: TensorSlice
  /// These elements.
  public let tensor: Tensor

  /// - Precondition: `tensor` has the shape of `slice`.
  public init(
    _ tensor: Tensor, as slice: TensorSlice, named name: String, in section: Checkpoint.Section = .parameters,
    axes: [String]? = nil
  ) {
    precondition(tensor.shape == slice.shape, "a tensor \(tensor.shape) as slice \(slice)")
    self.name = name
    self.section = section
    self.axes = axes
    self.slice = slice
    self.tensor = tensor
  }
}
