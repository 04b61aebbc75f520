import Basics
import Bridge
import Foundation
import JobsTesting
import Templating
import Testing

@Suite("A Python as a child", .enabled(if: Python.system != nil, "there is no python3"))
struct PythonProcessTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    .path
  private static let document: [(String, JSONValue)] = [("document", .json("{\"q\": \"ü\", \"n\": 1}"))]

  private func process(seconds: Int = 60, bytes: Int = 1 << 20) throws -> PythonProcess {
    var limits = PythonProcess.Limits()
    (limits.seconds, limits.bytes) = (seconds, bytes)
    return try PythonProcess(#require(Python.system), limits: limits)
  }

  /// Why a call has no answer; `nil` where it has one.
  private func problem(_ function: String, of process: PythonProcess) throws -> BridgeError.Kind? {
    do throws(BridgeError) {
      _ = try process.call(function, in: Self.folder, "value", Self.document)
      return nil
    } catch { return error.kind }
  }

  /// The class of the exception with which a function fails.
  private func exception(_ function: String, of process: PythonProcess) throws -> String? {
    guard case .exception(let type, _, _, _)? = try problem(function, of: process) else { return nil }
    return type
  }

  @Test("Python functions are called with documents and return texts, numbers and lists")
  func calls() throws {
    let process = try process()
    #expect(process.version.hasPrefix("3."))
    func call(_ function: String, _ kind: String, _ arguments: [(String, JSONValue)] = []) throws
      -> TemplateValue
    {
      try process.call(function, in: Self.folder, kind, arguments)
    }
    #expect(try call("utils.doc_to_text", "value", Self.document) == "ü é True")
    #expect(try call("utils.is_right", "value", Self.document) == 1)
    let rows = JSONValue.json(
      "[0, 1, 2, 3]".replacing(/[0-9]/) { "{\"n\": \($0.output), \"choices\": [\"a\"]}" })
    #expect(
      try call("utils.process_docs", "documents", [("documents", rows)]).json()
        == #"[{"n": 2, "choices": ["a"], "twice": 4}, {"n": 3, "choices": ["a"], "twice": 6}]"#)
    #expect(try call("utils.samples", "samples").json() == #"[{"q": "a"}, {"q": "b"}]"#)
    #expect(
      try call(
        "utils.Upper", "answer_filter",
        [("settings", .json("{\"ending\": \"!\"}")), ("answers", .json("[\"a\", \"b\"]")), Self.document[0]]
      ).json() == #"["A!", "B!"]"#)
    #expect(
      try call(
        "utils.same", "metric",
        [
          ("name", .text("same")), ("settings", .json("{}")), ("gold", .text("a")), ("answer", .text("a")),
          ("any", .bool(false)),
        ]
      ).json() == #"[["same", true]]"#)
  }

  @Test(
    "Python functions get back the tuples that they returned, and results as lm-evaluation-harness gives them"
  )
  func tuples() throws {
    let process = try process()
    let scores: [(String, JSONValue)] = [("kind", .text("scores")), ("results", .json("[[-1.5, true]]"))]
    let results = try process.call("utils.results", in: Self.folder, "results", Self.document + scores)
    #expect(try results.json() == #"[["acc", 1.0], ["pair", {"()": [1, -1.5]}]]"#)
    let values = JSONValue.json(#"[{"()": [1, -1.5]}, {"()": [2, 4]}]"#)
    #expect(try process.call("utils.spread", in: Self.folder, "aggregation", [("values", values)]) == 3)
  }

  @Test("A Python function that fails is an error with the file and the line, and the next call is answered")
  func exceptions() throws {
    let process = try process()
    #expect(
      try problem("utils.missing", of: process)
        == .exception(type: "KeyError", message: "'absent'", file: "\(Self.folder)/utils.py", line: 28))
    #expect(try exception("utils.nothing", of: process) == "AttributeError")
    #expect(try exception("absent.f", of: process) == "ModuleNotFoundError")
    #expect(try problem("utils.is_right", of: process) == nil)
  }

  @Test(
    "A Python function that never returns, returns too much or ends the process is an error, now and from then on"
  )
  func faults() throws {
    let slow = try process(seconds: 5)
    #expect(try problem("utils.endless", of: slow) == .timeout(seconds: 5))
    #expect(try problem("utils.is_right", of: slow) == .timeout(seconds: 5))
    #expect(try problem("utils.enormous", of: try process()) == .tooLong(limit: 1 << 20))
    #expect(try problem("utils.killed", of: try process()) == .ended(reason: "signal 9", last: ""))
  }

  @Test("A program that is no Python is refused")
  func noPython() {
    for path in ["/bin/true", "/nowhere/python"] {
      #expect(throws: BridgeError.self) { try PythonProcess(path) }
    }
  }
}
