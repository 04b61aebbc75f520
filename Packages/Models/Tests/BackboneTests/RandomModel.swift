import Foundation
import Models
import Sharding
import TensorCore
import Testing
import Weights

/// A small random model with what `transformers` says of it; made by `Tools/make-references/mixtures.py` or `hybrids.py`.
struct RandomModel: Sendable {
  let name: String
  let folder: String
  let ids: [Int32]
  let positions: [Int]
  /// `[positions, vocabulary]`.
  let logProbabilities: [Float]

  /// - Parameter kind: The folder of the tests that holds it.
  static func names(_ kind: String) -> [String] {
    try! FileManager.default.contentsOfDirectory(atPath: url(kind).path).sorted()
  }

  /// Those that also exist as a GGUF file.
  static func converted(_ kind: String) -> [String] {
    names(kind).filter { FileManager.default.fileExists(atPath: gguf(kind, $0)) }
  }

  private static func url(_ kind: String) -> URL {
    Bundle.module.url(forResource: kind, withExtension: nil)!
  }
  private static func gguf(_ kind: String, _ name: String) -> String {
    url(kind).appending(path: "\(name)/\(name).gguf").path
  }

  var gguf: String { folder + "/\(name).gguf" }

  init(_ kind: String, _ name: String) throws {
    self.name = name
    folder = Self.url(kind).appending(path: name).path
    let expected = try SafetensorsFile(path: folder + "/expected.safetensors")
    ids = try expected.tensor(named: "ids").int32s
    positions = try expected.tensor(named: "positions").int32s.map(Int.init)
    logProbabilities = try expected.tensor(named: "logprobs").floats
  }

  /// The largest distance of what logits of all positions say from the reference.
  func distance(_ logits: [Float]) -> Float {
    let width = logProbabilities.count / positions.count
    var largest: Float = 0
    for (row, position) in positions.enumerated() {
      let own = logits[position * width..<(position + 1) * width].map(Double.init)
      let sum = log(own.reduce(0) { $0 + exp($1) })
      for (index, logit) in own.enumerated() {
        let difference = abs(Float(logit - sum) - logProbabilities[row * width + index])
        largest = difference.isNaN ? .infinity : max(largest, difference)
      }
    }
    return largest
  }
}
