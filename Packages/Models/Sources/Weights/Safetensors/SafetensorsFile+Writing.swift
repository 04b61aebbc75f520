internal import Basics
internal import Foundation
public import TensorCore

extension SafetensorsFile {
  /// A tensor to be written. Its elements are made when it is their turn, so that a file can be larger than memory.
  public struct Part {
    let name: String
    let shape: [Int]
    let elementType: ElementType
    let elements: () throws -> Tensor

    public init(
      _ name: String, shape: [Int], elementType: ElementType, elements: @escaping () throws -> Tensor
    ) {
      self.name = name
      self.shape = shape
      self.elementType = elementType
      self.elements = elements
    }
  }

  /// Writes a file with its tensors in the order given, which `metadata` says the framework of.
  ///
  /// - Throws: ``WeightsError`` where the system does not let the file be written; what making an element throws.
  ///   What was written until then stays.
  /// - Source: Hugging Face, *safetensors*, README, "Format".
  public static func write(_ parts: [Part], metadata: [String: String] = [:], to path: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forWritingAtPath: path)
    else { throw unwritable(path, POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)) }
    defer { try? file.close() }
    let header = try header(parts, metadata)
    func append(_ bytes: Data) throws {
      do { try file.write(contentsOf: bytes) } catch {
        throw unwritable(path, error)
      }
    }
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    try append(Data(length) + header)
    for part in parts {
      let tensor = try part.elements()
      precondition(
        tensor.shape == part.shape && tensor.elementType == part.elementType,
        "'\(part.name)' was announced as \(part.shape) of \(part.elementType)")
      try append(Data(tensor.withBytes { $0.array(0..<$0.byteCount) }))
    }
    do { try file.synchronize() } catch { throw unwritable(path, error) }
  }

  private static func unwritable(_ path: String, _ error: any Error) -> WeightsError {
    WeightsError(.unwritable(reason: systemReason(error)), path: path)
  }

  /// The JSON at the head, padded so that the elements begin at a multiple of eight bytes.
  private static func header(_ parts: [Part], _ metadata: [String: String]) throws -> Data {
    var members: [String: Any] = [:]
    if !metadata.isEmpty { members["__metadata__"] = metadata }
    var offset = 0
    for part in parts {
      let end = offset + part.shape.reduce(part.elementType.byteCount, *)
      members[part.name] = [
        "dtype": SafetensorsType.name(of: part.elementType), "shape": part.shape,
        "data_offsets": [offset, end],
      ]
      offset = end
    }
    let json = try JSONSerialization.data(withJSONObject: members, options: [.sortedKeys])
    return json + Data(repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8)
  }
}

extension SafetensorsType {
  /// How the format calls an element type.
  static func name(of type: ElementType) -> String {
    switch type {
    case .float32: "F32"
    case .bfloat16: "BF16"
    case .float16: "F16"
    case .float64: "F64"
    case .int64: "I64"
    case .int32: "I32"
    case .uint16: "U16"
    case .uint8: "U8"
    }
  }
}
