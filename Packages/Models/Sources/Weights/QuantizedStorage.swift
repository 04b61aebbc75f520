public import TensorCore

/// How a quantised tensor is held when it has been read.
public enum QuantizedStorage: Sendable, Equatable {
  /// As a matrix in blocks.
  case blocks(BlockFormat)
  /// As float32; by the name of the form in which the file has it.
  case decoded(String)

  /// The format of its blocks, or the name of the form.
  public var title: String {
    switch self {
    case .blocks(let format): format.rawValue
    case .decoded(let title): title
    }
  }
}
