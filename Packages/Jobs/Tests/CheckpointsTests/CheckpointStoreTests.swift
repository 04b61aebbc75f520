import Basics
import Checkpoints
import Foundation
import TensorCore
import Testing

@Suite("The directories of checkpoints")
struct CheckpointStoreTests {
  let directory: TemporaryDirectory
  let store: CheckpointStore
  let identity = CheckpointIdentity(name: "run", id: "7", project: "p", group: nil)

  init() throws {
    directory = try TemporaryDirectory()
    store = CheckpointStore(root: directory.path)
  }

  func save(_ suffix: String, steps: Int = 1, score: Double? = 0.5, value: Float = 1) throws {
    let writer = try store.writer(
      for: identity, suffix: suffix, configuration: "job: gpt/evaluate\n",
      progress: .init(steps: steps, score: score))
    try writer.write(Tensor([value], shape: [1]), named: "w")
    try writer.finish()
  }

  @Test("A saved checkpoint is found, and the newest is the latest")
  func saveAndFind() throws {
    for suffix in ["ntoks/1000", "best", "ntoks/900", "final/409600"] { try save(suffix) }
    #expect(
      try store.suffixes(project: "p", name: "run") == ["best", "final/409600", "ntoks/900", "ntoks/1000"])
    #expect(try store.latest(project: "p", name: "run") == "final/409600")
    #expect(try store.suffixes(name: "run") == [])
    #expect(try store.latest(name: "run") == nil)

    let location = try store.location(project: "p", name: "run", suffix: "best")
    #expect(location == "\(directory.path)/checkpoints/p/default/run/best")
    let found = try FileManager.default.contentsOfDirectory(atPath: location).sorted()
    #expect(found == ["checkpoint.h5", "config.json", "config.yaml", "job.json"])
    let checkpoint = try Checkpoint(path: location)
    #expect(checkpoint.configuration == "job: gpt/evaluate\n")
    #expect(checkpoint.progress == CheckpointProgress(steps: 1, score: 0.5))
    #expect(checkpoint.identity == identity)
    #expect(try checkpoint.tensor(named: "w").floats == [1])
  }

  @Test("A score that is not finite is written as null")
  func infiniteScore() throws {
    try save("best", score: -.infinity)
    let location = try store.location(project: "p", name: "run", suffix: "best")
    #expect(
      try String(contentsOfFile: "\(location)/config.json", encoding: .utf8)
        == "{\n  \"score\" : null,\n  \"steps\" : 1\n}\n")
    #expect(try Checkpoint(path: location).progress == CheckpointProgress(steps: 1, score: nil))
  }

  @Test("A checkpoint is named by its path, by its place below the root, or by its job")
  func resolve() throws {
    try save("final/7")
    let location = try store.location(project: "p", name: "run", suffix: "final/7")
    #expect(try store.resolve(location) == location)
    #expect(try store.resolve("p/default/run/final/7") == location)
    #expect(try store.resolve("p/default/run") == location)
    #expect(try store.resolve("\(location)/checkpoint.h5") == "\(location)/checkpoint.h5")
    #expect(
      failure { _ = try store.resolve("p/default/nothing") }
        == CheckpointError(.reference(directory: "\(directory.path)/checkpoints"), at: "p/default/nothing"))
    #expect(
      failure { _ = try store.resolve("p/default") }
        == CheckpointError(.notCheckpoint, at: "\(directory.path)/checkpoints/p/default"))
    try write(Array("../../../etc".utf8), to: "\(directory.path)/checkpoints/p/default/run/latest")
    #expect(failure { _ = try store.resolve("p/default/run") }?.kind == .latest(found: "../../../etc"))
  }

  @Test("Saving again replaces the whole checkpoint, and at every moment there is one")
  func replace() async throws {
    try save("best", value: 0)
    let location = try store.location(project: "p", name: "run", suffix: "best")
    let writing = Task.detached {
      for value in 1...30 { try save("best", steps: value, value: Float(value)) }
    }
    var failures: [CheckpointError] = []
    for _ in 0..<300 {
      let error = failure { _ = try Checkpoint(path: "\(location)/checkpoint.h5").tensor(named: "w") }
      if let error { failures.append(error) }
    }
    try await writing.value
    #expect(failures == [])
    #expect(try Checkpoint(path: location).tensor(named: "w").floats == [30])
    let left = try FileManager.default.contentsOfDirectory(
      atPath: "\(directory.path)/checkpoints/p/default/run")
    #expect(left.sorted() == ["best", "latest"])
  }

  @Test("A checkpoint that is never finished leaves nothing behind")
  func abandoned() throws {
    try save("best")
    do {
      let writer = try store.writer(
        for: identity, suffix: "best", configuration: "", progress: .init(steps: 9, score: nil))
      try writer.write(Tensor([Float(9)], shape: [1]), named: "w")
    }
    let left = try FileManager.default.contentsOfDirectory(
      atPath: "\(directory.path)/checkpoints/p/default/run")
    #expect(left.sorted() == ["best", "latest"])
    let location = try store.location(project: "p", name: "run", suffix: "best")
    #expect(try Checkpoint(path: location).tensor(named: "w").floats == [1])
  }

  @Test("A checkpoint never replaces a folder that is none")
  func foreignDirectory() throws {
    try save("final/7")
    let location = "\(directory.path)/checkpoints/p/default/run/final"
    #expect(failure { try save("final") } == CheckpointError(.occupied(by: "7"), at: location))
    #expect(try store.suffixes(project: "p", name: "run") == ["final/7"])
  }

  @Test(
    "Names that would leave the root are refused",
    arguments: ["", "..", "a/../../b", "/etc", "latest", "latest/1", ".hidden", "a//b"])
  func names(suffix: String) throws {
    #expect(
      failure { _ = try store.location(name: "run", suffix: suffix) } == CheckpointError(.suffix, at: suffix))
  }

  @Test("The name of a job is one folder", arguments: ["", "..", "a/b", ".hidden"])
  func jobNames(name: String) {
    #expect(
      failure { _ = try store.location(project: name, name: "run", suffix: "best") }
        == CheckpointError(.directoryName(role: "project"), at: name))
  }

  @Test("A folder that lacks a part of a checkpoint is refused")
  func parts() throws {
    try save("best")
    let location = try store.location(project: "p", name: "run", suffix: "best")
    try write(Array("{\"steps\": \"x\"}".utf8), to: "\(location)/config.json")
    #expect(
      failure { _ = try Checkpoint(path: location) }
        == CheckpointError(.violation(.value("'steps'", expected: "Int")), at: "\(location)/config.json"))
    try write(Array("[".utf8), to: "\(location)/config.json")
    #expect(
      failure { _ = try Checkpoint(path: location) }
        == CheckpointError(.violation(.value(expected: "JSON")), at: "\(location)/config.json"))
    try FileManager.default.removeItem(atPath: "\(location)/config.json")
    #expect(try Checkpoint(path: location).progress == nil)
    try FileManager.default.removeItem(atPath: "\(location)/config.yaml")
    #expect(
      failure { _ = try Checkpoint(path: location) }
        == CheckpointError(.part(name: "config.yaml"), at: location))
    try write([], to: "\(location)/config.yaml")
    try FileManager.default.removeItem(atPath: "\(location)/checkpoint.h5")
    #expect(
      failure { _ = try Checkpoint(path: location) }
        == CheckpointError(.part(name: "checkpoint.h5"), at: location))
  }

  @Test("A root that cannot be written to is refused")
  func unwritable() throws {
    try write([], to: directory.file("file"))
    let store = CheckpointStore(root: directory.file("file"))
    #expect(
      failure {
        _ = try store.writer(
          for: identity, suffix: "best", configuration: "", progress: .init(steps: 1, score: nil))
      }
        == CheckpointError(
          .unwritable(.makeDirectory, reason: "not a directory"),
          at: "\(directory.path)/file/checkpoints/p/default/run"))
    guard
      case .unwritable(.writeCheckpoint, _)? = failure({
        _ = try CheckpointFileWriter(path: "/proc/nothing.h5", configuration: nil)
      })?.kind
    else {
      Issue.record("a file in /proc")
      return
    }
    #expect(
      failure { _ = try CheckpointFileWriter(path: directory.file("absent/a.h5"), configuration: nil) }
        == CheckpointError(
          .unwritable(.writeFile, reason: "no such file or directory"), at: "\(directory.path)/absent/a.h5"))
  }

  @Test("Names of tensors are checked")
  func tensorNames() throws {
    let writer = try CheckpointFileWriter(path: directory.file("a.h5"), configuration: nil)
    for name in ["", "/w", "a//b", "a/../b", "."] {
      #expect(
        failure { try writer.write(counting([1]), named: name) }?.kind == .tensorName(name))
    }
    try writer.write(counting([1]), named: "w")
    #expect(
      failure { try writer.write(counting([1]), named: "w") }
        == CheckpointError(.writtenTwice(tensor: "w"), at: "\(directory.path)/a.h5"))
    guard
      case .unwritable(.writeCheckpoint, _)? = failure({ try writer.write(counting([1]), named: "w/x") })?
        .kind
    else {
      Issue.record("a tensor below a tensor")
      return
    }
  }
}
