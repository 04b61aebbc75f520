import Basics
import Foundation
import Models
import TensorCore
import Testing
import Weights

/// A changed `config.json` over the weights of a fixture, and what `transformers` makes of it; made by
/// `Tools/make-references/settings.py`.
private struct SettingsCase: CustomTestStringConvertible, Sendable {
  let model: String
  let name: String
  let changes: JSONObject
  let removed: [String]
  let isRefused: Bool
  let logProbabilities: [Double]?

  var testDescription: String { "\(model) \(name)" }

  private static let file = Result { () throws -> (positions: [Int], cases: [SettingsCase]) in
    let url = try #require(Bundle.module.url(forResource: "settings", withExtension: "json"))
    let root = try #require(try JSONValue(Array(Data(contentsOf: url)), options: .python).object)
    let cases = try #require(root["cases"]?.list).map { try SettingsCase(#require($0.object)) }
    return (try #require(root["positions"]?.list).compactMap(\.integer), cases)
  }

  /// The positions whose log-probabilities were taken.
  static var positions: [Int] { get throws { try file.get().positions } }

  static func all(refused: Bool) throws -> [SettingsCase] {
    try file.get().cases.filter { $0.isRefused == refused }
  }

  private init(_ fields: JSONObject) throws {
    model = try #require(fields["model"]?.text)
    name = try #require(fields["name"]?.text)
    changes = try #require(fields["set"]?.object)
    removed = try #require(fields["gone"]?.list).compactMap(\.text)
    isRefused = fields["refused"] != nil || fields["fails"] != nil
    logProbabilities = fields["log_probabilities"]?.list?.compactMap(\.number)
  }

  /// A folder with the fixture's weights and the changed settings.
  func folder() throws -> URL {
    let source = Reference.folder.appending(path: model)
    let target = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.copyItem(at: source, to: target)
    let file = target.appending(path: "config.json")
    var settings = try #require(try JSONValue(Array(Data(contentsOf: file)), options: .python).object)
    for name in changes.names { settings[name] = changes[name] }
    let left = settings.names.filter { !removed.contains($0) }.map { ($0, settings[$0] ?? .null) }
    try Data(JSONValue.object(left).line.utf8).write(to: file)
    return target
  }
}

@Suite("Settings of a config.json")
struct SettingsTests {
  @Test(
    "Each setting of a config.json has the effect that it has in transformers",
    arguments: try SettingsCase.all(refused: false))
  private func taken(settings: SettingsCase) throws {
    let folder = try settings.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let model = try Backbone(path: folder.path, types: float32Types)
    let ids = try Reference(settings.model).ids
    let logits = try model.logits(ids, passes: [ids.count]).floats.map(Double.init)
    let expected = try #require(settings.logProbabilities)
    let width = model.vocabularySize
    var distance = 0.0
    for (row, position) in try SettingsCase.positions.enumerated() {
      let own = logits[position * width..<(position + 1) * width]
      let largest = own.max() ?? 0
      let sum = largest + log(own.reduce(0) { $0 + exp($1 - largest) })
      for (column, logit) in own.enumerated() {
        distance = max(distance, abs(logit - sum - expected[row * width + column]))
      }
    }
    #expect(distance <= 2e-5, "\(settings.testDescription): \(distance)")
    print("settings \(settings.testDescription): \(distance)")
  }

  @Test(
    "A setting that would change outputs and is not computed is refused",
    arguments: try SettingsCase.all(refused: true))
  private func refused(settings: SettingsCase) throws {
    let folder = try settings.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let error = try #require(throws: ModelError.self) { try Backbone(path: folder.path, types: float32Types) }
    #expect(error.path?.hasSuffix("/config.json") == true, "\(error)")
  }

  /// Python takes null for false; transformers gives rotary positions that are null its own default.
  @Test(
    "A setting that is null is false, or the default that is a dictionary",
    arguments: [
      ("gpt_oss", "rope_parameters", nil), ("deepseek_v3", "norm_topk_prob", .bool(false)),
      ("deepseek_v3", "rope_interleave", .bool(false)),
    ] as [(String, String, JSONValue?)])
  private func null(model: String, name: String, meaning: JSONValue?) throws {
    let expected = try logits(of: model, setting: name, to: meaning)
    #expect(try logits(of: model, setting: name, to: .null) == expected)
  }

  @Test(
    "A mixture keeps one group of experts where files do not say how many",
    arguments: ["glm4_moe", "dots1"])
  private func groups(model: String) throws {
    let stated = try logits(of: model, setting: "topk_group", to: 1)
    #expect(try logits(of: model, setting: "topk_group", to: nil) == stated)
  }

  @Test("A width of heads that transformers would turn by is refused")
  private func widthOfHeads() throws {
    let error = try #require(throws: ModelError.self) {
      try logits(of: "deepseek_v3", setting: "head_dim", to: 3)
    }
    #expect(error.kind == .notImplemented(key: "head_dim", found: "3", known: []))
  }

  /// - Parameter value: `nil` removes the setting.
  private func logits(of model: String, setting name: String, to value: JSONValue?) throws -> [Float] {
    let source = try #require(Bundle.module.url(forResource: "Mixtures/\(model)", withExtension: nil))
    let target = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.copyItem(at: source, to: target)
    defer { try? FileManager.default.removeItem(at: target) }
    let file = target.appending(path: "config.json")
    let settings = try #require(try JSONValue(Array(Data(contentsOf: file)), options: .python).object)
    var members = settings.names.filter { $0 != name }.map { ($0, settings[$0] ?? .null) }
    if let value { members.append((name, value)) }
    try Data(JSONValue.object(members).line.utf8).write(to: file)
    let backbone = try Backbone(path: target.path, types: float32Types)
    return try backbone.logits(Array(3..<23), passes: [20]).floats
  }
}
