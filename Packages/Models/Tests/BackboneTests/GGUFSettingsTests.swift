import Basics
import Foundation
import Models
import TensorCore
import Testing
import Weights

/// A GGUF file with settings added to its head; whole numbers of these names that are there already give way.
private struct ChangedGGUF {
  let path: String

  enum Value {
    case number(Float)
    case integer(UInt32)
    case text(String)
    case bool(Bool)

    /// The number of the type, then the value.
    var bytes: [UInt8] {
      switch self {
      case .integer(let integer): little(UInt32(4)) + little(integer)
      case .number(let number): little(UInt32(6)) + little(number.bitPattern)
      case .bool(let bool): little(UInt32(7)) + [bool ? 1 : 0]
      case .text(let text): little(UInt32(8)) + little(UInt64(text.utf8.count)) + Array(text.utf8)
      }
    }
  }

  init(_ name: String, adding values: [(String, Value)]) throws {
    var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: Reference.gguf(name))))
    let whole = bytes.count
    var replaced = 0
    for (name, _) in values {
      let key = little(UInt64(name.utf8.count)) + Array(name.utf8) + little(UInt32(4))
      guard let place = bytes.firstRange(of: key) else { continue }
      bytes.removeSubrange(place.lowerBound..<place.upperBound + 4)
      replaced += 1
    }
    var added = values.flatMap { little(UInt64($0.utf8.count)) + Array($0.utf8) + $1.bytes }
    // A last text fills up to a multiple of the alignment, so that tensors stay aligned.
    let filler = "test.filler"
    let fixed = added.count + 8 + filler.utf8.count + 4 + 8 + bytes.count - whole
    let length = (1024 - fixed) % 32
    added += little(UInt64(filler.utf8.count)) + Array(filler.utf8)
    added += Value.text(String(repeating: "x", count: length)).bytes
    let count = bytes[16..<24].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    bytes.replaceSubrange(16..<24, with: little(count + UInt64(values.count - replaced) + 1))
    bytes.insert(contentsOf: added, at: 24)
    path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).gguf").path
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  func logits(_ ids: [Int32]) throws -> Tensor {
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try Backbone(path: path, types: float32Types).logits(ids, passes: [ids.count])
  }
}

private func little(_ number: some FixedWidthInteger) -> [UInt8] {
  (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
}

@Suite("Settings of a GGUF file")
struct GGUFSettingsTests {
  @Test("Settings that turn nothing on change no logit")
  func harmless() throws {
    let reference = try Reference("llama")
    let found = try ChangedGGUF(
      "llama",
      adding: [
        ("llama.expert_count", .integer(0)), ("llama.attention.causal", .bool(true)),
        ("llama.rope.scaling.type", .text("none")), ("llama.rope.scaling.factor", .number(4)),
        ("llama.rope.scaling.attn_factor", .number(1)),
      ]
    ).logits(reference.ids)
    #expect(reference.distance(found) <= 2e-5)
  }

  @Test("Attention factors multiply YaRN's own, as in ggml")
  func yarn() throws {
    let reference = try Reference("llama-yarn")
    let found = try ChangedGGUF(
      "llama-yarn",
      adding: [
        ("llama.rope.scaling.attn_factor", .number(1)), ("llama.rope.scaling.yarn_attn_factor", .number(1)),
        ("llama.rope.scaling.yarn_ext_factor", .number(1)),
        ("llama.rope.scaling.yarn_log_multiplier", .number(0)),
      ]
    ).logits(reference.ids)
    #expect(reference.distance(found) <= 2e-5)
  }

  @Test("The old spelling of linear scaling gives the bits of the new one")
  func linear() throws {
    let reference = try Reference("llama")
    let old = try ChangedGGUF("llama", adding: [("llama.rope.scale_linear", .number(4))]).logits(
      reference.ids)
    let new = try ChangedGGUF(
      "llama",
      adding: [("llama.rope.scaling.type", .text("linear")), ("llama.rope.scaling.factor", .number(4))]
    ).logits(reference.ids)
    #expect(old.floats == new.floats)
    #expect(reference.distance(old) > 1e-2)
  }

  @Test("Divisors of frequencies and linear scaling hold together")
  func divided() throws {
    let reference = try Reference("llama3")
    let found = try ChangedGGUF("llama3", adding: [("llama.rope.scale_linear", .number(4))]).logits(
      reference.ids)
    #expect(reference.distance(found) > 1e-2)
  }

  @Test(
    "A setting that is not computed is refused with the file's own name for it",
    arguments: [
      ("llama.attention.causal", ChangedGGUF.Value.bool(false)), ("llama.expert_used_count", .integer(2)),
      ("llama.rope.scaling.yarn_log_multiplier", .number(0.1)),
      ("llama.rope.scaling.yarn_attn_factor", .number(2)),
      ("llama.rope.scaling.attn_factor", .number(2)), ("llama.rope.scaling.type", .text("longrope")),
      ("llama.rope.scale_linear", .number(-1)), ("llama.attention.sliding_window", .integer(8)),
      ("llama.logit_scale", .number(2)), ("llama.attention.clamp_kqv", .number(8)),
      ("llama.attention.value_length", .text("8")),
    ])
  private func refused(name: String, value: ChangedGGUF.Value) throws {
    let file = try ChangedGGUF("llama", adding: [(name, value)])
    defer { try? FileManager.default.removeItem(atPath: file.path) }
    let error = try #require(throws: ModelError.self) { try Backbone(path: file.path, types: float32Types) }
    #expect(error.key == name, "\(error)")
    #expect(error.path == file.path)
  }

  @Test(
    "A text where the format has a number is refused, as in llama.cpp",
    arguments: ["general.alignment", "split.count"])
  private func wrongType(name: String) throws {
    let file = try ChangedGGUF("llama", adding: [(name, .text("32"))])
    defer { try? FileManager.default.removeItem(atPath: file.path) }
    let error = try #require(throws: WeightsError.self) { try Backbone(path: file.path, types: float32Types) }
    #expect(error.key == name && error.found == "'32'", "\(error)")
  }

  @Test("One of several parts is refused where its name does not lead to the others")
  func parts() throws {
    let file = try ChangedGGUF("llama", adding: [("split.count", .integer(3))])
    defer { try? FileManager.default.removeItem(atPath: file.path) }
    let error = try #require(throws: WeightsError.self) { try Backbone(path: file.path, types: float32Types) }
    guard case .violation(let violation) = error.kind else {
      Issue.record(error)
      return
    }
    #expect(violation.part == "the name of one of 3 parts of a model")
  }
}
