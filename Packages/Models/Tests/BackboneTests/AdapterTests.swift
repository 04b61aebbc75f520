import Basics
import Foundation
import Models
import TensorCore
import Testing
import Weights

/// A LoRA adapter with what the `peft` package makes of it in float64; made by `Tools/make-references/adapters.py`.
private struct AdapterReference {
  let folder: String
  let base: String
  let ids: [Int32]
  /// Of each id after the first, given those before it.
  let logProbabilities: [Double]

  static let root = Bundle.module.url(forResource: "Adapters", withExtension: nil)!
  static let names = try! FileManager.default.contentsOfDirectory(atPath: root.path).sorted()

  init(_ name: String) throws {
    folder = Self.root.appending(path: name).path
    let data = try Data(contentsOf: Self.root.appending(path: "\(name)/expected.json"))
    let object = try #require(try JSONValue(Array(data)).object)
    base = Bundle.module.url(forResource: try #require(object["base"]?.text), withExtension: nil)!.path
    ids = try #require(object["ids"]?.list).compactMap(\.integer).map(Int32.init)
    logProbabilities = try #require(object["logProbabilities"]?.list).compactMap(\.number)
  }

  func model(adapter: String? = nil) throws -> Backbone {
    var settings = Backbone.Configuration()
    (settings.weights, settings.adapter, settings.types) = (base, adapter ?? folder, float32Types)
    return try Backbone(settings)
  }

  /// The largest distance of a model's log-probabilities from the reference.
  func distance(_ model: Backbone) throws -> Double {
    let (logits, size) = (try model.logits(ids, passes: [ids.count]).floats, model.vocabularySize)
    return zip(1..., logProbabilities).map { position, expected in
      let row = logits[(position - 1) * size..<position * size].map(Double.init)
      let largest = row.max() ?? 0
      let sum = row.reduce(0) { $0 + exp($1 - largest) }
      return abs(row[Int(ids[position])] - largest - log(sum) - expected)
    }.max() ?? .infinity
  }
}

@Suite("LoRA adapters")
struct AdapterTests {
  @Test("A model with an adapter merged in has the logits that peft gives", arguments: AdapterReference.names)
  private func merged(name: String) throws {
    let reference = try AdapterReference(name)
    let distance = try reference.distance(reference.model())
    #expect(distance <= 2e-5, "\(name): \(distance)")
    #expect(try reference.distance(reference.model(adapter: "")) > 1e-2, "the adapter changes something")
  }

  @Test("An adapter of another model is refused with the tensor that does not fit")
  func foreign() throws {
    var settings = Backbone.Configuration()
    settings.weights = Reference.folder.appending(path: "llama").path
    settings.adapter = try AdapterReference("plain").folder
    let error = try #require(throws: ModelError.self) { try Backbone(settings) }
    guard case .adapter(.factors(let tensor, _, _, _)) = error.kind else {
      Issue.record(error)
      return
    }
    #expect(tensor.hasPrefix("model.layers."))
  }

  @Test(
    "A setting of an adapter that is not implemented is refused by its name",
    arguments: [
      (#""use_rslora": false"#, #""use_rslora": false, "use_dora": true"#, "use_dora", "true"),
      (#""peft_type": "LORA""#, #""peft_type": "IA3""#, "peft_type", "'IA3'"),
      (#""r": 3"#, #""r": 0"#, "r", "0"),
      (#""r": 3"#, #""r": 4"#, nil, "3"),
      (#""lora_alpha": 5"#, #""lora_alpha": "x""#, "lora_alpha", "'x'"),
    ] as [(String, String, String?, String)])
  func settings(old: String, new: String, key: String?, found: String) throws {
    let reference = try AdapterReference("plain")
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.copyItem(atPath: reference.folder, toPath: folder.path)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "adapter_config.json")
    var text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.contains(old))
    text = text.replacing(#",\#n  "use_dora": false"#, with: "").replacing(old, with: new)
    try Data(text.utf8).write(to: file)
    let error = try #require(throws: ModelError.self) { try reference.model(adapter: folder.path) }
    #expect(error.key == key && error.found == found, "\(error)")
  }

  @Test("An adapter's folder in place of a model names its base, and how to give both")
  func alone() throws {
    let folder = try AdapterReference("plain").folder
    let error = try #require(throws: WeightsError.self) { try Backbone(path: folder) }
    guard case .adapter(base: .some) = error.kind else {
      Issue.record(error)
      return
    }
    #expect(error.path == folder)
  }
}
