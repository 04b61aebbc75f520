import Configurate
import Foundation
import Testing

/// A folder in which a small GPT is trained on a text of words, by the program.
struct TrainingFolder {
  let folder: TemporaryFolder
  /// 60 updates of 8 sequences of 32 bytes.
  let settings = [
    "architecture.n_layers=2", "architecture.n_embd=32", "architecture.n_head=2",
    "architecture.block_size=32",
    "architecture.vocab_size=259", "architecture.dtype.activation=float32", "tokenizer.backend=bytes",
    "training.batch_size=8", "training.tokens=15360", "training.dataset=[{name: words}]",
    "training.validation_steps=16", "optimization.lr=0.003", "logging.report_interval=1",
    "logging.validation_interval=20", "logging.checkpoint_interval=7",
  ]

  /// - Parameter root: Where runs leave what they leave, within `folder`.
  init(root: (TemporaryFolder) throws -> Void = { _ in }) throws {
    folder = try TemporaryFolder()
    try root(folder)
    let words = ["the cat ", "a dog ", "sleeps. ", "sees the moon. ", "runs "]
    try folder.write((0..<800).map { words[$0 * $0 % 5] + words[$0 % 3] }.joined(), to: "words.txt")
    let outcome = try Program.run(
      [
        "run", "--job", "data/tokenize_variable_dataset", "--name", "words", "data.dataset=words.txt",
        "data.split_by=position", "data.val_pct=0.1", "tokenizer.backend=bytes",
      ], in: folder)
    try #require(outcome.code == 0, "\(outcome.errors)")
  }

  func arguments(_ more: [String] = []) -> [String] {
    ["run", "--job", "gpt/train/pretrain", "--name", "small"] + settings + more
  }

  static let checkpoints = "assay/checkpoints/general/default/small/"
  static let results = "assay/results/general/default/small/"

  /// Files whose bytes say what a run came to.
  static let outcome = [
    checkpoints + "final/15360/checkpoint.h5", checkpoints + "final/15360/config.json",
    checkpoints + "ntoks/14336/checkpoint.h5", checkpoints + "best/checkpoint.h5", results + "metrics.jsonl",
  ]

  func bytes(_ file: String) -> Data? { FileManager.default.contents(atPath: folder.file(file)) }
}

@Suite("Training by the program")
struct TrainingTests {
  @Test("The program's commands prepare data, train, evaluate and export")
  func commands() throws {
    let training = try TrainingFolder()
    let outcome = try Program.run(training.arguments(), in: training.folder)
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output == "")
    #expect(outcome.errors.contains("updates 1 to 60 of 8 sequences of 32 tokens"))
    #expect(outcome.errors.contains("update 60 of 60: loss "))
    let again = try Program.run(training.arguments(), in: training.folder)
    #expect(again.code == 0 && again.errors.contains("already done, skipping"))
    let other = try Program.run(training.arguments(["optimization.lr=0.001"]), in: training.folder)
    #expect(other.code == 64 && other.errors.contains("resume it with --resume"))
    let resumed = try Program.run(
      training.arguments(["optimization.lr=0.001", "--resume"]), in: training.folder)
    #expect(resumed.code == 64 && resumed.errors.contains("setting 'optimization/lr' is '0.001'"))
    try training.folder.write("the cat sleeps. a dog runs ", to: "page.txt")
    let scored = try Program.run(
      ["run", "--restore", "general/default/small/best", "--tasks", "./page.txt", "--name", "scored"],
      in: training.folder)
    #expect(scored.code == 0, "\(scored.errors)")
    let listed = try Program.run(["list", "jobs"], in: training.folder)
    for job in ["gpt/train/pretrain", "data/tokenize_variable_dataset", "data/tokenize_blockwise_dataset"] {
      #expect(listed.output.contains(job))
    }
    let written = try Program.run(["configure", "gpt/train/pretrain", "-"], in: training.folder)
    #expect(written.output.contains("dataset: ???") && written.output.contains("schedule: wsd"))
  }

  @Test("A training that kill -9 ended at a random moment resumes to the same bytes")
  func killed() throws { try check(kills: 1) }

  /// Too long for every day; `ci/kills` runs it.
  @Test(
    "A training that kill -9 ended at twenty random moments resumes to the same bytes",
    .enabled(if: ProcessInfo.processInfo.environment["ASSAY_KILLS"] != nil, "run by ci/kills"))
  func killedOften() throws { try check(kills: 20) }

  private func check(kills wanted: Int) throws {
    let undisturbed = try TrainingFolder()
    let began = Date()
    try #require(try Program.run(undisturbed.arguments(["--resume"]), in: undisturbed.folder).code == 0)
    let duration = Date().timeIntervalSince(began)
    var training = try TrainingFolder()
    func compare() {
      for file in TrainingFolder.outcome {
        #expect(training.bytes(file) != nil && training.bytes(file) == undisturbed.bytes(file), "\(file)")
      }
      let left = training.folder.contents.filter { $0.contains(".partial") }
      #expect(left.isEmpty, "\(left)")
    }
    var killed = 0
    while killed < wanted {
      if try Program.kill(
        training.arguments(["--resume"]), in: training.folder, after: .random(in: 0..<duration))
      {
        killed += 1
      } else {
        compare()
        training = try TrainingFolder()
      }
    }
    // Not even the number of threads counts.
    let last = try Program.run(
      training.arguments(["--resume"]), in: training.folder, environment: ["ASSAY_THREADS": "1"])
    #expect(last.code == 0, "\(last.errors)")
    compare()
  }

  @Test(
    "SIGTERM and SIGINT end two replicas with a checkpoint, 75 and a sentence, and they resume to the same bytes",
    arguments: [SIGTERM, SIGINT])
  func stopped(by number: Int32) throws {
    let replicas = ["--devices", "2"]
    let undisturbed = try TrainingFolder()
    try #require(try Program.run(undisturbed.arguments(replicas), in: undisturbed.folder).code == 0)
    let training = try TrainingFolder()
    let process = try Program.start(training.arguments(replicas), in: training.folder)
    while process.isRunning, !(try training.folder.read(Program.errors)).contains("update 10 of 60: ") {
      Thread.sleep(forTimeInterval: 0.002)
    }
    kill(process.processIdentifier, number)
    process.waitUntilExit()
    let errors = try training.folder.read(Program.errors)
    #expect(process.terminationReason == .exit && process.terminationStatus == 75, "\(errors)")
    #expect(errors.contains("a checkpoint is saved after this update"), "\(errors)")
    let last = errors.split(separator: "\n").last ?? ""
    #expect(last.hasPrefix("error: stopped after update ") && last.contains("--resume"), "\(last)")
    let resumed = try Program.run(training.arguments(replicas + ["--resume"]), in: training.folder)
    #expect(resumed.code == 0, "\(resumed.errors)")
    let words = last.split(separator: " ")
    #expect(words.count > 4 && resumed.errors.contains("after update \(words[4]) of 60"), "\(resumed.errors)")
    for file in TrainingFolder.outcome {
      #expect(training.bytes(file) != nil && training.bytes(file) == undisturbed.bytes(file), "\(file)")
    }
  }

  @Test(
    "A full disk ends a training with a sentence and its checkpoints intact, and it resumes where there is room again",
    .enabled(if: getuid() == 0, "needs root, to mount a small file system"))
  func fullDisk() throws {
    let undisturbed = try TrainingFolder()
    try #require(try Program.run(undisturbed.arguments(), in: undisturbed.folder).code == 0)
    let disk = try SmallDisk(megabytes: 2)
    let training = try TrainingFolder { folder in
      try FileManager.default.createSymbolicLink(
        atPath: folder.file("assay"), withDestinationPath: disk.path)
    }
    let outcome = try Program.run(training.arguments(), in: training.folder)
    #expect(outcome.code == 64, "\(outcome.errors)")
    #expect(outcome.errors.contains("update 60 of 60: loss "))
    #expect(
      outcome.errors.contains(
        "error: no checkpoint 'ntoks/14336' was saved, the run goes on: cannot write checkpoint"))
    let last = outcome.errors.split(separator: "\n").last ?? ""
    #expect(last.hasPrefix("error: cannot ") && last.hasSuffix(": no space left on device"), "\(last)")
    // What was saved before is whole, and nothing half-written lies about.
    let left = try FileManager.default.subpathsOfDirectory(atPath: disk.path)
    #expect(!left.contains { $0.contains(".partial") }, "\(left)")
    for suffix in ["1792", "3584"] {
      let file = TrainingFolder.checkpoints + "ntoks/\(suffix)/checkpoint.h5"
      #expect(training.bytes(file) == undisturbed.bytes(file))
    }
    try disk.grow(megabytes: 16)
    let rest = try Program.run(training.arguments(["--resume"]), in: training.folder)
    #expect(rest.code == 0, "\(rest.errors)")
    let final = TrainingFolder.checkpoints + "final/15360/checkpoint.h5"
    #expect(training.bytes(final) == undisturbed.bytes(final))
  }
}

/// A file system in memory that goes when the test ends.
private final class SmallDisk {
  let path: String

  init(megabytes: Int) throws {
    path = NSTemporaryDirectory() + "assay-disk-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Self.run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path)
  }

  func grow(megabytes: Int) throws { try Self.run("mount", "-o", "remount,size=\(megabytes)m", path) }

  deinit {
    try? Self.run("umount", path)
    try? FileManager.default.removeItem(atPath: path)
  }

  private static func run(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(arguments)")
  }
}
