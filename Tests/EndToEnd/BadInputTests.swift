import Foundation
import Testing

/// Bad input gets one sentence on standard error, a code of `sysexits.h`, and leaves nothing half-written.
@Suite("Bad input")
struct BadInputTests {
  private let checkpoint = fixtures + "/eval_model"

  private func check(
    _ arguments: [String], in folder: TemporaryFolder, code: Int32, _ sentence: String,
    location: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try Program.run(arguments, in: folder)
    #expect(outcome.code == code, sourceLocation: location)
    #expect(outcome.errors.contains(sentence), "\(outcome.errors)", sourceLocation: location)
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)", sourceLocation: location)
    #expect(outcome.output.isEmpty, sourceLocation: location)
    #expect(!folder.contents.contains { $0.hasSuffix("results.json") }, sourceLocation: location)
  }

  @Test("Files that are no checkpoint are refused in one sentence")
  func noCheckpoint() throws {
    let folder = try TemporaryFolder()
    try check(["run", "--restore", "nowhere", "--tasks", "sums"], in: folder, code: 66, "nowhere")
    try folder.write("a text", to: "text.h5")
    try check(["run", "--restore", "text.h5", "--tasks", "sums"], in: folder, code: 65, "'text.h5'")
    let whole = try Data(contentsOf: URL(fileURLWithPath: checkpoint + "/checkpoint.h5"))
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: folder.file("half.h5")))
    try check(["run", "--restore", "half.h5", "--tasks", "sums"], in: folder, code: 65, "'half.h5'")
  }

  @Test("A flipped byte in a tensor is an error")
  func flippedByte() throws {
    let folder = try TemporaryFolder()
    var bytes = try Data(contentsOf: URL(fileURLWithPath: checkpoint + "/checkpoint.h5"))
    // The embedding is by far the longest run of data; any byte well inside the file's tail lies in a tensor.
    bytes[bytes.count - 64] ^= 1
    try bytes.write(to: URL(fileURLWithPath: folder.file("flipped.h5")))
    let outcome = try Program.run(["run", "--restore", "flipped.h5", "--tasks", "sums"], in: folder)
    #expect(outcome.code == 65)
    #expect(outcome.errors.contains("SHA-256"), "\(outcome.errors)")
  }

  @Test("An error outside of a job has a code of its own, which is none of a gate's answers")
  func pythonThatRunsNothing() throws {
    try check(
      ["run", "--restore", checkpoint, "--tasks", "sums", "--allow-code", "--python", "/bin/false"],
      in: TemporaryFolder(), code: 66, "programs cannot be run with '/bin/false'")
  }

  @Test("Paths of one character are paths")
  func shortPaths() throws {
    let folder = try TemporaryFolder()
    try check(["run", "--backbone", "x", "--tasks", "sums"], in: folder, code: 66, "no file or folder 'x'")
    try check(["run", "--config", "x"], in: folder, code: 66, "'x'")
  }

  @Test("Names that do not exist are refused with the nearest one")
  func names() throws {
    let folder = try TemporaryFolder()
    try check(
      ["run", "--job", "gpt/evaluat"], in: folder, code: 64,
      "unknown job 'gpt/evaluat'; did you mean 'gpt/evaluate'?")
    try check(
      ["run", "--restore", checkpoint, "--tasks", "sum"], in: folder, code: 64,
      "unknown evaluation 'sum'; did you mean 'sums'?")
    try check(
      ["run", "eval.lenght=3"], in: folder, code: 64,
      "unknown setting 'eval/lenght' (override 'eval.lenght=3'); did you mean 'eval/length'?")
    try check(
      ["run", "--restore", checkpoint, "--tasks", "./no.txt"], in: folder, code: 66, "no text file './no.txt'"
    )
    try check(
      ["run", "--job", "gpt/evaluate"], in: folder, code: 64,
      "needs a checkpoint; name one with --restore CKPT, or a model with --backbone MODEL")
    try folder.write("eval:\n  lenght: 3\n", to: "bad.yaml")
    try check(
      ["run", "--config", "bad.yaml", "--restore", checkpoint], in: folder, code: 64, "'bad.yaml', line 2")
  }

  @Test("Parameters that do not fit the settings are all named")
  func parameters() throws {
    let folder = try TemporaryFolder()
    try check(
      ["run", "--restore", checkpoint, "--tasks", "sums", "architecture.n_layers=3"], in: folder, code: 65,
      "missing 'blocks_2/ln_1/weight'")
    try check(
      ["run", "--restore", checkpoint, "--tasks", "sums", "architecture.intermediate_size=64"], in: folder,
      code: 65,
      "'blocks_0/mlp/c_fc/kernel' has shape [32, 128], expected [32, 64]")
  }

  @Test(
    "Ids outside the vocabulary are refused before anything is computed",
    arguments: ["run", "plan", "verify"])
  func ids(command: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("1 2 999", to: "ids.txt")
    try check(
      [command, "--restore", checkpoint, "--tasks", "./ids.txt", "tokenizer.backend=trivial"], in: folder,
      code: 65,
      "document 0: token 999 ('999') is outside the model's vocabulary 0 ..< 259")
  }

  @Test("A root that cannot be written to is refused")
  func root() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "file")
    try check(
      ["run", "--root", "file/root"], in: folder, code: 64, "cannot create the results folder 'file/root")
  }

  @Test("The name of kernels that do not exist is refused")
  func kernels() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(["run"], in: folder, environment: ["ASSAY_KERNELS": "sse9"])
    #expect(outcome.code == 64)
    #expect(outcome.errors.contains("sse9"))
  }

  @Test("Options of the wrong kind are refused in the manner of the argument parser")
  func usage() throws {
    let folder = try TemporaryFolder()
    #expect(try Program.run(["run", "--rot", "x"], in: folder).code == 64)
    #expect(try Program.run(["list", "everything"], in: folder).code == 64)
    #expect(try Program.run(["--help"], in: folder).output.contains("How good is this language model?"))
    #expect(try Program.run(["--version"], in: folder).output == "0.2.0\n")
  }
}
