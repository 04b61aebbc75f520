import Foundation
import TensorCore
import Weights

enum Fixtures {
  static func path(_ name: String) -> String {
    Bundle.module.url(forResource: "Fixtures", withExtension: nil)!.appending(path: name).path
  }
}

/// A file that goes when the test does.
final class TemporaryFile {
  let path: String

  init(_ bytes: [UInt8], ending: String) throws {
    path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).\(ending)").path
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The error with which opening `bytes` fails; `nil` if it does not.
func refusal(_ bytes: [UInt8], _ ending: String) throws -> WeightsError? {
  let file = try TemporaryFile(bytes, ending: ending)
  do {
    let weights = try openWeights(file.path)
    for name in weights.names { _ = try weights.tensor(named: name) }
    return nil
  } catch {
    return error
  }
}

extension [UInt8] {
  /// A little-endian number.
  static func little(_ number: some FixedWidthInteger) -> [UInt8] {
    (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }
}
