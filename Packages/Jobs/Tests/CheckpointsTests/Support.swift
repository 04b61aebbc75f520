import Checkpoints
import Foundation
import TensorCore
import Testing

/// A directory of its own that goes away with the object.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "checkpoints-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// Numbers 0, 1, 2, … in any type; small enough to be exact in all of them.
func counting(_ shape: [Int], _ elementType: ElementType = .float32) -> Tensor {
  let count = shape.reduce(1, *)
  let numbers = (0..<count).map { Float($0 % 128) }
  switch elementType {
  case .float32, .bfloat16, .float16, .float64:
    return Tensor(numbers, shape: shape).converted(to: elementType)
  default:
    return Tensor(shape: shape, elementType: elementType) { (bytes: inout MutableRawSpan) in
      for index in 0..<count {
        for byte in 0..<elementType.byteCount {
          bytes.storeBytes(
            of: byte == 0 ? UInt8(index % 128) : 0, toByteOffset: index * elementType.byteCount + byte,
            as: UInt8.self)
        }
      }
    }
  }
}

extension Tensor {
  var byteArray: [UInt8] {
    withBytes { bytes in (0..<bytes.byteCount).map { bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) } }
  }
}

/// A small checkpoint with several shapes and types.
func writeSmallCheckpoint(
  to path: String, layout: CheckpointFileWriter.Layout = .contiguous,
  configuration: String? = "job: gpt/evaluate\n"
) throws {
  let writer = try CheckpointFileWriter(path: path, configuration: configuration, layout: layout)
  try writer.write(counting([7, 4]), named: "wte", axes: ["vocab", "n_embd"])
  try writer.write(counting([4, 12]), named: "blocks_0/attn/c_attn/kernel", axes: ["n_embd", "n_attn"])
  try writer.write(counting([12]), named: "blocks_0/attn/c_attn/bias")
  try writer.write(counting([4], .bfloat16), named: "ln_f/weight")
  try writer.write(counting([1], .int64), named: "step", in: .state)
  try writer.finish()
}

/// The error that `body` throws; `nil` where it throws none.
func failure(_ body: () throws -> Void) -> CheckpointError? {
  do {
    try body()
  } catch let error as CheckpointError {
    return error
  } catch {
    Issue.record(error)
  }
  return nil
}

func contents(of path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}
