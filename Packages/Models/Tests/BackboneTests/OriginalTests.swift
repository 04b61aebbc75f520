import Foundation
import Models
import TensorCore
import Testing
import Weights

/// Models that the original system ran, with its logits; made by `Tools/make-references/original.py`.
private struct Original {
  let path: String
  let tokens: TokenBatch
  let padded: TokenBatch
  let mask: PaddingMask
  private let expected: SafetensorsFile

  init(_ name: String) throws {
    path = Bundle.module.url(forResource: "Original", withExtension: nil)!.appending(path: name).path
    let file = try SafetensorsFile(path: path + "/expected.safetensors")
    expected = file
    func rows(_ name: String) throws -> [[Int32]] {
      let tensor = try file.tensor(named: name)
      let width = tensor.shape[1]
      let all = tensor.int32s
      return (0..<tensor.shape[0]).map { Array(all[$0 * width..<($0 + 1) * width]) }
    }
    tokens = TokenBatch(try rows("tokens"))
    padded = TokenBatch(try rows("padded_tokens"))
    let isReal = try file.tensor(named: "padding_mask").withBytes { bytes in
      (0..<bytes.byteCount).map { bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) != 0 }
    }
    let length = padded.length
    mask = PaddingMask((0..<padded.batch).map { Array(isReal[$0 * length..<($0 + 1) * length]) })
  }

  func logits(_ name: String) throws -> [Float] { try expected.tensor(named: name).floats }
}

/// Root of the mean squared difference.
private func deviation(_ a: [Float], _ b: [Float]) -> Double {
  (zip(a, b).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) } / Double(a.count)).squareRoot()
}

@Suite("Backbones against the original system")
struct OriginalTests {
  @Test("Qwen2 with grouped heads and a window has the original system's logits in float32") func qwen()
    throws
  {
    let original = try Original("qwen_gqa_f32")
    let model = try Backbone(path: original.path, types: float32Types)
    let logits = try model(original.tokens, deterministic: true).logits.floats
    #expect(zip(logits, try original.logits("logits")).allSatisfy { abs($0 - $1) <= 2e-4 })
    let padded = try model(original.padded, paddingMask: original.mask, deterministic: true).logits.floats
    let reference = try original.logits("logits_padded")
    let width = model.vocabularySize
    for (row, isReal) in original.mask.isReal.enumerated() where isReal {
      for column in row * width..<(row + 1) * width {
        #expect(abs(padded[column] - reference[column]) <= 2e-4)
      }
    }
  }

  /// The original rounds after every step; ours rounds the operands of products, so it must be nearer to float32.
  @Test("Llama in bfloat16 is nearer to float32 than the original system is") func llama() throws {
    let original = try Original("llama_gqa_bf16act")
    let exact = try Backbone(path: original.path, types: float32Types)(original.tokens).logits.floats
    let rounded = try Backbone(path: original.path, types: NumericTypes())(original.tokens).logits.floats
    let ours = deviation(rounded, exact)
    let theirs = deviation(try original.logits("logits_strict"), exact)
    #expect(ours > 0 && ours < 0.75 * theirs, "\(ours), original \(theirs)")
  }
}
