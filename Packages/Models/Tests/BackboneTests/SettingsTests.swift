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
  let changes: [String: Data]
  let removed: [String]
  let isRefused: Bool
  let logProbabilities: [Double]?

  var testDescription: String { "\(model) \(name)" }

  static let (positions, all): ([Int], [SettingsCase]) = {
    let url = Bundle.module.url(forResource: "settings", withExtension: "json")!
    let root = try! JSONSerialization.jsonObject(with: Data(contentsOf: url)) as! [String: Any]
    let cases = (root["cases"] as! [[String: Any]]).map { fields in
      SettingsCase(
        model: fields["model"] as! String, name: fields["name"] as! String,
        changes: (fields["set"] as! [String: Any]).mapValues {
          try! JSONSerialization.data(withJSONObject: $0, options: .fragmentsAllowed)
        },
        removed: fields["gone"] as! [String], isRefused: fields["refused"] != nil || fields["fails"] != nil,
        logProbabilities: fields["log_probabilities"] as? [Double])
    }
    return (root["positions"] as! [Int], cases)
  }()

  /// A folder with the fixture's weights and the changed settings.
  func folder() throws -> URL {
    let source = Reference.folder.appending(path: model)
    let target = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.copyItem(at: source, to: target)
    let file = target.appending(path: "config.json")
    var settings = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as! [String: Any]
    for (name, value) in changes {
      settings[name] = try JSONSerialization.jsonObject(with: value, options: .fragmentsAllowed)
    }
    for name in removed { settings[name] = nil }
    try JSONSerialization.data(withJSONObject: settings).write(to: file)
    return target
  }
}

@Suite("Settings of a config.json")
struct SettingsTests {
  @Test("Each is taken as transformers takes it", arguments: SettingsCase.all.filter { !$0.isRefused })
  private func taken(settings: SettingsCase) throws {
    let folder = try settings.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let model = try Backbone(path: folder.path, types: float32Types)
    let ids = try Reference(settings.model).ids
    let logits = try model.logits(ids, passes: [ids.count]).floats.map(Double.init)
    let expected = try #require(settings.logProbabilities)
    let width = model.vocabularySize
    var distance = 0.0
    for (row, position) in SettingsCase.positions.enumerated() {
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
    "One that would change outputs and is not computed is refused",
    arguments: SettingsCase.all.filter(\.isRefused))
  private func refused(settings: SettingsCase) throws {
    let folder = try settings.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let error = try #require(throws: ModelError.self) { try Backbone(path: folder.path, types: float32Types) }
    #expect(error.path?.hasSuffix("/config.json") == true, "\(error)")
  }
}
