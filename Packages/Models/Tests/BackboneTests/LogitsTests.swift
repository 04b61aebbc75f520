import Foundation
import Models
import TensorCore
import Testing
import Weights

/// A small random model with what `transformers` says of it; made by `Tools/make-references/backbones.py`.
struct Reference {
  let name: String
  let ids: [Int32]
  let positions: [Int]
  /// `[positions, vocabulary]`.
  let logits: [Float]

  static let folder = Bundle.module.url(forResource: "Fixtures", withExtension: nil)!

  static let names = try! FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  /// Those that also exist as a GGUF file.
  static let converted = names.filter { FileManager.default.fileExists(atPath: gguf($0)) }

  static func gguf(_ name: String) -> String { folder.appending(path: "\(name)/\(name).gguf").path }
  var path: String { Self.folder.appending(path: name).path }

  init(_ name: String) throws {
    self.name = name
    let expected = try SafetensorsFile(path: Self.folder.appending(path: "\(name)/expected.safetensors").path)
    ids = try expected.tensor(named: "ids").int32s
    positions = try expected.tensor(named: "positions").int32s.map(Int.init)
    logits = try expected.tensor(named: "logits").floats
  }

  /// The largest distance of `found`, logits of all positions, from the reference.
  func distance(_ found: Tensor) -> Float {
    let all = found.floats
    let width = logits.count / positions.count
    return positions.enumerated().flatMap { row, position in
      (0..<width).map { abs(all[position * width + $0] - logits[row * width + $0]) }
    }.max() ?? .infinity
  }
}

let float32Types: NumericTypes = {
  var types = NumericTypes()
  types.activation = .float32
  return types
}()

extension LanguageModel {
  /// Logits of every position, `[tokens, vocabulary]`, computed in passes of the given lengths.
  func logits(_ ids: [Int32], passes: [Int]) throws -> Tensor {
    let sequence = CachedSequence(in: makeCache())
    var start = 0
    var rows: [Float] = []
    for length in passes {
      let segment = sequence.extend(by: length, firstRow: 0)
      let pass = ForwardPass(segments: [segment], pages: sequence.pages, mode: mode)
      rows += try unembed(self.rows(Array(ids[start..<start + length]), pass), pass).floats
      start += length
    }
    return Tensor(rows, shape: [start, vocabularySize])
  }
}

@Suite("Backbones against transformers")
struct LogitsTests {
  @Test("A folder has the logits of transformers", arguments: Reference.names) func folder(name: String)
    throws
  {
    let reference = try Reference(name)
    let model = try Backbone(path: reference.path, types: float32Types)
    let distance = reference.distance(try model.logits(reference.ids, passes: [reference.ids.count]))
    #expect(distance <= 2e-5, "\(name): \(distance)")
  }

  @Test("A GGUF file has the logits of transformers", arguments: Reference.converted) func gguf(name: String)
    throws
  {
    let reference = try Reference(name)
    let model = try Backbone(path: Reference.gguf(name), types: float32Types)
    let distance = reference.distance(try model.logits(reference.ids, passes: [reference.ids.count]))
    #expect(distance <= 2e-5, "\(name): \(distance)")
  }

  @Test("A cache changes no bit of the logits", arguments: Reference.names) func cached(name: String) throws {
    let reference = try Reference(name)
    let model = try Backbone(path: reference.path, types: float32Types)
    let whole = try model.logits(reference.ids, passes: [reference.ids.count]).floats
    let parts = try model.logits(reference.ids, passes: [1, 7, 1, 58, 1, 1, 1]).floats
    #expect(whole == parts)
  }

  @Test("The bfloat16 mode stays near the logits of float32", arguments: Reference.names) func bfloat16(
    name: String
  ) throws {
    let reference = try Reference(name)
    let model = try Backbone(path: reference.path, types: NumericTypes())
    #expect(model.mode == .bfloat16)
    let distance = reference.distance(try model.logits(reference.ids, passes: [reference.ids.count]))
    // 2⁻⁹ a rounding of operands, a few dozen of them between embedding and logits of deviation 1.5.
    #expect(distance <= 0.15, "\(name): \(distance)")
  }

  @Test("Scores are those of the logits", arguments: ["llama", "gemma3", "gpt2"]) func scores(name: String)
    throws
  {
    let reference = try Reference(name)
    let model = try Backbone(path: reference.path, types: float32Types)
    let logits = try model.logits(reference.ids, passes: [reference.ids.count]).floats
    let sequence = CachedSequence(in: model.makeCache())
    let pass = ForwardPass(
      segments: [sequence.extend(by: reference.ids.count, firstRow: 0)], pages: sequence.pages,
      mode: model.mode)
    let targets = TargetLists(
      offsets: (0...reference.ids.count).map(Int32.init), ids: reference.ids)
    let scores = try model.score(model.rows(reference.ids, pass), targets: targets, pass)
    for (row, id) in reference.ids.enumerated() {
      #expect(scores.targetLogits[row] == logits[row * model.vocabularySize + Int(id)])
    }
  }
}
