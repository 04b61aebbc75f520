import Basics
import TensorCore

/// The JSON at the head of a safetensors file, before it is compared with the file.
///
/// - Source: Hugging Face, *safetensors*, README, "Format".
struct SafetensorsHeader {
  struct Entry {
    var name: String
    var type: String
    var shape: [Int]
    /// Bytes behind the header.
    var range: Range<Int>
  }

  /// More axes than any tensor has.
  private static let mostAxes = 8

  private(set) var entries: [Entry] = []
  private(set) var metadata: [String: String] = [:]

  /// - Throws: ``WeightsError`` for what is no header; a name that occurs twice is one.
  init(_ bytes: [UInt8], path: String) throws(WeightsError) {
    do {
      try self.init(bytes)
    } catch {
      throw WeightsError(.noJSON(error), path: path)
    }
  }

  private init(_ bytes: [UInt8]) throws(JSONError) {
    var entries: [Entry] = []
    var metadata: [String: String] = [:]
    var seen: Set<String> = []
    var reader = JSONReader(bytes)
    try reader.members { (reader: inout JSONReader, name) throws(JSONError) in
      guard seen.insert(name).inserted else { throw reader.duplicate(name) }
      if name == "__metadata__" {
        try reader.members { (reader: inout JSONReader, key) throws(JSONError) in
          guard metadata[key] == nil else { throw reader.duplicate(key) }
          guard let text = try reader.value().text else {
            throw reader.failure(.violation(.value("metadata '\(key)'", expected: "a text")))
          }
          metadata[key] = text
        }
      } else {
        entries.append(try Self.entry(name, &reader))
      }
    }
    try reader.expectEnd()
    self.entries = entries
    self.metadata = metadata
  }

  private static func entry(_ name: String, _ reader: inout JSONReader) throws(JSONError) -> Entry {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    try reader.members { (reader: inout JSONReader, key) throws(JSONError) in
      switch key {
      case "dtype" where type == nil: type = try reader.value().text
      case "shape" where shape == nil: shape = try sizes("shape", of: name, &reader)
      case "data_offsets" where offsets == nil: offsets = try sizes("data_offsets", of: name, &reader)
      case "dtype", "shape", "data_offsets": throw reader.duplicate(key)
      default:
        throw reader.failure(
          .violation(
            .unknown(what: "field of tensor '\(name)'", key, known: ["dtype", "shape", "data_offsets"])))
      }
    }
    guard let type, let shape, let offsets else {
      throw reader.failure(
        .violation(.value("tensor '\(name)'", expected: "'dtype', 'shape' and 'data_offsets'")))
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw reader.failure(
        .violation(
          .value(
            "data_offsets of tensor '\(name)'", expected: "where it begins and ends", found: "\(offsets)")))
    }
    return Entry(name: name, type: type, shape: shape, range: offsets[0]..<offsets[1])
  }

  /// A short list of numbers that are not negative.
  private static func sizes(
    _ field: String, of name: String, _ reader: inout JSONReader
  ) throws(JSONError) -> [Int] {
    var sizes: [Int] = []
    try reader.elements { (reader: inout JSONReader) throws(JSONError) in
      guard sizes.count < mostAxes else {
        throw reader.failure(
          .violation(.value("\(field) of tensor '\(name)'", expected: "at most \(mostAxes) numbers")))
      }
      guard case .integer(let size) = try reader.value(), size >= 0 else {
        throw reader.failure(
          .violation(.value("\(field) of tensor '\(name)'", expected: "whole numbers from 0")))
      }
      sizes.append(size)
    }
    return sizes
  }
}

/// The element types of the format.
struct SafetensorsType {
  let byteCount: Int
  /// `nil` for a type that we do not compute with.
  let elementType: ElementType?

  init?(_ name: String) {
    switch name {
    case "F32": (byteCount, elementType) = (4, .float32)
    case "BF16": (byteCount, elementType) = (2, .bfloat16)
    case "F16": (byteCount, elementType) = (2, .float16)
    case "F64": (byteCount, elementType) = (8, .float64)
    case "I64": (byteCount, elementType) = (8, .int64)
    case "I32": (byteCount, elementType) = (4, .int32)
    case "U16": (byteCount, elementType) = (2, .uint16)
    case "U8", "BOOL": (byteCount, elementType) = (1, .uint8)
    // Bytes, whose meaning the name of the type has.
    case "I8", "F8_E5M2", "F8_E4M3": (byteCount, elementType) = (1, .uint8)
    case "F8_E8M0": (byteCount, elementType) = (1, nil)
    case "I16": (byteCount, elementType) = (2, nil)
    case "U32": (byteCount, elementType) = (4, nil)
    case "U64", "C64": (byteCount, elementType) = (8, nil)
    default: return nil
    }
  }
}
