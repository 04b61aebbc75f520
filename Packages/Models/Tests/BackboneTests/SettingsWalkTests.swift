import Basics
import Foundation
import Models
import TensorCore
import Testing
import Weights

private let walkFile = ProcessInfo.processInfo.environment["ASSAY_WALK"]

/// Every setting of every small random model changed by itself, and what `transformers` makes of it: a file of
/// `Tools/make-references/walk.py`, which `ASSAY_WALK` names.
@Suite("A walk over all settings")
struct SettingsWalkTests {
  @Test(
    "Every setting of every architecture is right or refused, and none is accepted and wrong",
    .enabled(if: walkFile != nil, "ASSAY_WALK names no file of Tools/make-references/walk.py"))
  private func walk() throws {
    let text = try Data(contentsOf: URL(fileURLWithPath: #require(walkFile)))
    let root = try #require(try JSONValue(Array(text), options: .python).object)
    let position = try #require(root["position"]?.integer)
    var outcomes = Outcomes()
    for fields in try #require(root["cases"]?.list).compactMap(\.object) {
      try outcomes.add(fields, position: position)
    }
    print(outcomes.table)
    #expect(outcomes.wrong.isEmpty, "\(outcomes.wrong.joined(separator: "\n"))")
  }
}

/// How many cases of each model ended how.
private struct Outcomes {
  private(set) var wrong: [String] = []
  private var counts: [String: [String: Int]] = [:]

  var table: String {
    counts.sorted { $0.key < $1.key }.map { model, counts in
      "walk \(model): " + counts.sorted { $0.key < $1.key }.map { "\($1) \($0)" }.joined(separator: ", ")
    }.joined(separator: "\n")
  }

  mutating func add(_ fields: JSONObject, position: Int) throws {
    let model = try #require(fields["model"]?.text)
    let name = "\(model): '\(fields["key"]?.text ?? "")' \(fields["change"]?.text ?? "")"
    let expected = fields["log_probabilities"]?.list?.compactMap(\.number)
    let outcome = try outcome(of: model, #require(fields["config"]), expected, position)
    if outcome == "wrong" { wrong.append(name) }
    if outcome == "refused" { print("walk refused \(name)") }
    counts[model, default: [:]][outcome, default: 0] += 1
  }

  private func outcome(of model: String, _ config: JSONValue, _ expected: [Double]?, _ position: Int) throws
    -> String
  {
    let source = Bundle.module.url(forResource: model, withExtension: nil)!
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for file in try FileManager.default.contentsOfDirectory(at: source, includingPropertiesForKeys: nil)
    where !["config.json", "expected.json"].contains(file.lastPathComponent) {
      try FileManager.default.createSymbolicLink(
        at: folder.appending(path: file.lastPathComponent), withDestinationURL: file)
    }
    try Data(config.line.utf8).write(to: folder.appending(path: "config.json"))
    let ids = try ids(of: source)
    guard let backbone = try? Backbone(path: folder.path, types: float32Types),
      backbone.blockSize >= ids.count
    else {
      return expected == nil ? "refused by both" : "refused"
    }
    guard let expected else { return "read here only" }
    let width = backbone.vocabularySize
    let logits = try backbone.logits(ids, passes: [ids.count]).floats[
      position * width..<(position + 1) * width]
    let sum = log(logits.reduce(0) { $0 + exp(Double($1)) })
    let distance = zip(logits, expected).map { abs(Double($0) - sum - $1) }.max() ?? .infinity
    return distance <= 2e-4 ? "right" : "wrong"
  }

  private func ids(of source: URL) throws -> [Int32] {
    let tensors = source.appending(path: "expected.safetensors").path
    guard !FileManager.default.fileExists(atPath: tensors) else {
      return try SafetensorsFile(path: tensors).tensor(named: "ids").int32s
    }
    let text = try Data(contentsOf: source.appending(path: "expected.json"))
    let object = try #require(try JSONValue(Array(text)).object)
    return try #require(object["ids"]?.list).compactMap(\.integer).map(Int32.init)
  }
}
