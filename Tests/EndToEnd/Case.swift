import Basics
import Foundation
import Testing

/// One input that a reader met in the field, and what the program makes of it: a file of `Tests/Cases`, whose README
/// explains the keys.
struct Case: CustomTestStringConvertible, Sendable {
  let name: String
  private let fields: JSONObject

  var testDescription: String { "\(name): \(fields["title"]?.text ?? "")" }

  private static let folder = URL(fileURLWithPath: fixtures).deletingLastPathComponent()
    .appending(path: "Cases")

  /// All of them, by name.
  static func all() throws -> [Case] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return try names.filter { $0.hasSuffix(".json") }.sorted().map(Case.init)
  }

  private init(_ file: String) throws {
    name = String(file.dropLast(".json".count))
    fields = try #require(
      JSONValue(Array(Data(contentsOf: Self.folder.appending(path: file)))).object, "\(file)")
  }

  /// Runs the program on the input.
  func check() throws {
    let folder = try TemporaryFolder()
    try write(into: folder)
    let outcome = try run(in: folder)
    let said = outcome.errors + outcome.output
    #expect(Int(outcome.code) == fields["exit"]?.integer ?? 0, "\(said)")
    for text in list("says") { #expect(said.contains(text), "\(said)") }
    for text in list("says_not") { #expect(!said.contains(text), "\(said)") }
    if outcome.code != 0 {
      #expect(outcome.errors.split(separator: "\n").count <= 1 + (fields["lines"]?.integer ?? 0), "\(said)")
      #expect(!folder.contents.contains { $0.hasSuffix("results.json") })
    } else {
      try compare(fields["results"]?.object, with: results(in: folder))
      try compare(fields["samples"]?.object, with: samples(in: folder))
    }
  }

  private func list(_ key: String) -> [String] {
    fields[key]?.list?.compactMap(\.text) ?? fields[key]?.text.map { [$0] } ?? []
  }

  private func run(in folder: TemporaryFolder) throws -> Program.Outcome {
    let command = list("command")
    let arguments = (command.isEmpty ? Self.command + list("options") : command).map(Self.located)
    let environment = (fields["environment"]?.object).map { object in
      Dictionary(uniqueKeysWithValues: object.names.map { ($0, object[$0]?.text ?? "") })
    }
    guard let shell = fields["shell"]?.text else {
      return try Program.run(arguments, in: folder, environment: environment ?? [:])
    }
    return try Program.run(
      ["-c", Self.located(shell), Program.path] + arguments, in: folder, environment: environment ?? [:],
      binary: "/bin/sh")
  }

  /// With the folder of fixtures in it.
  private static func located(_ text: String) -> String { text.replacing("{fixtures}", with: fixtures) }

  private static let command = [
    "run", "--backbone", "model", "--tasks-dir", "tasks", "--tasks", "item", "--data", "data", "--name", "r",
    "architecture.dtype.activation=float32",
  ]
}

// MARK: - What it reads

extension Case {
  /// A task of two choices.
  private static let task = JSONObject([
    ("task", .text("item")), ("dataset_path", .text("item")), ("validation_split", .text("validation")),
    ("output_type", .text("multiple_choice")), ("doc_to_text", .text("{{q}}")),
    ("doc_to_target", .text("{{gold}}")),
    ("doc_to_choice", .list([.text("is"), .text("was")])),
    ("metric_list", .list([.object([("metric", .text("acc"))])])),
  ])

  private static let documents = JSONValue.list([
    .object([("q", .text("The sun")), ("gold", .integer(1)), ("a", .text("x")), ("text", .text("Once upon"))])
  ])

  /// The fixture's checkpoint as `export` writes it.
  private static let model = Result { () throws -> TemporaryFolder in
    let folder = try TemporaryFolder()
    let outcome = try Program.run(["export", fixtures + "/eval_model", "model"], in: folder)
    try #require(outcome.code == 0, "\(outcome.errors)")
    return folder
  }

  private func write(into folder: TemporaryFolder) throws {
    try FileManager.default.copyItem(atPath: Self.model.get().file("model"), toPath: folder.file("model"))
    let task = Self.merged(Self.task, fields["task"]?.object)
    var files = JSONObject([
      ("tasks/item.yaml", .object(task)),
      ("data/item/validation.jsonl", fields["documents"] ?? Self.documents),
    ])
    for name in fields["files"]?.object?.names ?? [] { files[name] = fields["files"]?.object?[name] }
    for name in files.names where files[name] != .null {
      let url = URL(fileURLWithPath: folder.file(name))
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Self.bytes(of: files[name] ?? .null).write(to: url)
    }
    try change(fields["model"]?.object ?? JSONObject(), in: folder)
  }

  /// Changes members of the model's JSON files, and first elements of its tensors.
  private func change(_ changes: JSONObject, in folder: TemporaryFolder) throws {
    for name in changes.names {
      let url = URL(fileURLWithPath: folder.file("model/\(name)"))
      if name == "weights" {
        for tensor in changes[name]?.object?.names ?? [] {
          let value = changes[name]?.object?[tensor]?.text.flatMap(Float.init)
          try Self.set(tensor, to: #require(value), in: folder.file("model/model.safetensors"))
        }
      } else if let members = changes[name]?.object, let old = try? Data(contentsOf: url) {
        let object = try #require(JSONValue(Array(old)).object)
        try Data(JSONValue.object(Self.merged(object, members)).line.utf8).write(to: url)
      } else {
        try Self.bytes(of: changes[name] ?? .null).write(to: url)
      }
    }
  }

  private static func set(_ tensor: String, to value: Float, in path: String) throws {
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let length = bytes.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    let header = try #require(JSONValue(Array(bytes[8..<8 + length])).object)
    let offset = try #require(header[tensor]?.object?["data_offsets"]?.list?.first?.integer, "no '\(tensor)'")
    withUnsafeBytes(of: value.bitPattern.littleEndian) {
      bytes.replaceSubrange(8 + length + offset..<12 + length + offset, with: $0)
    }
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  /// The members of both; `null` removes one.
  private static func merged(_ object: JSONObject, _ changes: JSONObject?) -> [(String, JSONValue)] {
    var all = object
    for name in changes?.names ?? [] { all[name] = changes?[name] }
    return all.names.compactMap { name in all[name].flatMap { $0 == .null ? nil : (name, $0) } }
  }

  /// A text as it stands, a list as lines, `{"hex": …}` as bytes, `{"repeat": …, "times": …}`, and any other object as JSON,
  /// which YAML reads as well.
  private static func bytes(of value: JSONValue) throws -> Data {
    switch value {
    case .text(let text): return Data(text.utf8)
    case .list(let lines): return Data(lines.map { ($0.text ?? $0.line) + "\n" }.joined().utf8)
    default:
      let object = try #require(value.object)
      if let hex = object["hex"]?.text {
        let digits = Array(hex.utf8)
        return Data(
          stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
          })
      }
      if let text = object["repeat"]?.text, let times = object["times"]?.integer {
        return Data((0..<times).map { text.replacing("{index}", with: "\($0)") }.joined().utf8)
      }
      return Data(value.line.utf8)
    }
  }
}

// MARK: - What it leaves

extension Case {
  private func results(in folder: TemporaryFolder) throws -> JSONValue {
    guard fields["results"] != nil else { return .null }
    let path = folder.file("assay/results/general/default/r/results.json")
    return try JSONValue(Array(Data(contentsOf: URL(fileURLWithPath: path))))
  }

  private func samples(in folder: TemporaryFolder) throws -> JSONValue {
    let path = folder.file("assay/results/general/default/r/samples_item.jsonl")
    guard fields["samples"] != nil else { return .null }
    return .list(
      try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
        try JSONValue(Array($0.utf8), options: .python)
      })
  }

  /// Compares what stands at each path, whose steps are between bars, with the value wanted; `count` is that of a list.
  private func compare(_ wanted: JSONObject?, with root: JSONValue?) throws {
    for path in wanted?.names ?? [] {
      var found = root
      for step in path.split(separator: "|") {
        switch found {
        case .list(let elements):
          found =
            step == "count"
            ? .integer(elements.count)
            : Int(step).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
        default: found = found?.object?[String(step)]
        }
      }
      let value = wanted?[path]
      if let number = value?.number {
        #expect(
          abs((found?.number ?? .nan) - number) <= 1e-5 * max(1, abs(number)),
          "\(path): \(found?.line ?? "absent")")
      } else {
        #expect(found == value, "\(path): \(found?.line ?? "absent")")
      }
    }
  }
}
