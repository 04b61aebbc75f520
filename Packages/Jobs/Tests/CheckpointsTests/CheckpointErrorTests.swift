import Checkpoints
import Foundation
import Sharding
import TensorCore
import Testing

/// What ends the sentence about a file that is more than we read.
private let remedy = "; h5repack writes such a file anew: h5repack -f NONE -l CONTI IN OUT"

@Suite("What is wrong with a checkpoint, in a sentence")
struct CheckpointErrorTests {
  let directory: TemporaryDirectory
  let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("small.h5")
    try writeSmallCheckpoint(to: path)
  }

  @Test("a file that is not there, or no file")
  func missing() {
    let absent = directory.file("absent.h5")
    #expect(
      sentence { _ = try Checkpoint(path: absent) }
        == "cannot open checkpoint '\(absent)': no such file or directory")
    #expect(throws: CheckpointError.self) { _ = try Checkpoint(path: absent) }
    #expect(
      sentence { _ = try Checkpoint(path: "/dev/null") }
        == "cannot open checkpoint '/dev/null': not a regular file")
  }

  @Test("a file that is no HDF5")
  func foreign() throws {
    try write(Array("{\"a\": 1}, and more".utf8), to: path)
    #expect(
      sentence { _ = try Checkpoint(path: path) }
        == "'\(path)' is no HDF5 file: expected it to begin with 89 48 44 46 0d 0a 1a 0a, found 7b 22 61 22 3a 20 31 7d"
    )
    try write([], to: path)
    #expect(sentence { _ = try Checkpoint(path: path) } == "'\(path)' is no HDF5 file: it is empty")
  }

  @Test("a truncated file")
  func truncated() throws {
    let bytes = try contents(of: path)
    try write(bytes.prefix(2000), to: path)
    #expect(
      sentence { _ = try Checkpoint(path: path) }
        == "'\(path)' is truncated: its header says \(bytes.count) bytes, the file has 2000")
  }

  @Test("whole numbers where a model computes")
  func wholeNumbers() throws {
    let checkpoint = try Checkpoint(path: path)
    try checkpoint.requireFloatingPoint("ln_f/weight")
    #expect(
      sentence { try checkpoint.requireFloatingPoint("step", in: .state) }
        == "'state/step' of checkpoint '\(path)' has elements of type int64; expected one of float32, bfloat16, float16, float64"
    )
  }

  @Test("a flipped byte in a tensor")
  func flipped() throws {
    let checkpoint = try Checkpoint(path: path)
    let digest = try #require(try checkpoint.digest(of: "wte"))
    var bytes = try contents(of: path)
    let tensor = try checkpoint.tensor(named: "wte").byteArray
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: tensor) })
    bytes[place + 5] ^= 1
    let damaged = directory.file("damaged.h5")
    try write(bytes, to: damaged)

    let opened = try Checkpoint(path: damaged)
    let text = sentence { _ = try opened.tensor(named: "wte") }
    #expect(
      text.hasPrefix(
        "tensor 'wte' of checkpoint '\(damaged)' is damaged: expected SHA-256 '\(digest)', found '"))
    #expect(sentence { try opened.verify() } == text)
    #expect(sentence { _ = try opened.tensor(named: "ln_f/weight") } == "no error")
    // Without a look at digests the damage is handed on, and the caller asked for that.
    #expect(try opened.tensor(named: "wte", verifying: false).byteArray != tensor)
    #expect(try Checkpoint(path: damaged, verifies: false).tensor(named: "wte").byteArray != tensor)
  }

  @Test("a damaged chunk")
  func damagedChunk() throws {
    try writeSmallCheckpoint(to: path, layout: .chunked(deflate: 0))
    var bytes = try contents(of: path)
    let tensor = counting([4, 12]).byteArray
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: tensor) })
    bytes[place + 5] ^= 1
    try write(bytes, to: path)
    #expect(
      sentence { _ = try Checkpoint(path: path).tensor(named: "blocks_0/attn/c_attn/kernel") }
        == "checkpoint '\(path)' is damaged: cannot read 'params/blocks_0/attn/c_attn/kernel': "
        + "data error detected by Fletcher32 checksum")
  }

  @Test("a tensor that is not there, with the nearest name")
  func missingTensor() throws {
    let checkpoint = try Checkpoint(path: path)
    #expect(
      sentence { _ = try checkpoint.tensor(named: "blocks_0/attn/c_atn/kernel") }
        == "checkpoint '\(path)' has no tensor 'blocks_0/attn/c_atn/kernel' in 'params'; "
        + "did you mean 'blocks_0/attn/c_attn/kernel'?")
    #expect(
      sentence { _ = try checkpoint.shape(of: "zzzzzzzz") }
        == "checkpoint '\(path)' has no tensor 'zzzzzzzz' in 'params'")
    #expect(
      sentence { _ = try checkpoint.axes(of: "wte", in: .optimizer) }
        == "checkpoint '\(path)' has no tensor 'wte' in 'optimizer'")
  }

  @Test("another shape than asked for")
  func wrongShape() throws {
    let checkpoint = try Checkpoint(path: path)
    let expected = "tensor 'wte' of checkpoint '\(path)': expected shape [7, 5], found [7, 4]"
    #expect(sentence { _ = try checkpoint.tensor(named: "wte", shape: [7, 5]) } == expected)
    #expect(
      sentence { _ = try checkpoint.tensor(named: "wte", slice: TensorSlice(whole: [7, 5])) } == expected)
    #expect(
      sentence { _ = try checkpoint.tensor(named: "wte", slice: TensorSlice(of: [28], ranges: [[0..<3]])) }
        == "tensor 'wte' of checkpoint '\(path)': expected shape [28], found [7, 4]")
  }

  @Test("all parameters that are missing, not expected, or of another shape")
  func parameters() throws {
    let checkpoint = try Checkpoint(path: path)
    var expected = Dictionary(
      uniqueKeysWithValues: try checkpoint.names.map { ($0, try checkpoint.shape(of: $0)) })
    try checkpoint.checkParameters(expected)
    expected["wte"] = [7, 8]
    expected["ln_f/weight"] = nil
    expected["wpe"] = [9, 4]
    expected["ln_f/bias"] = [4]
    #expect(
      sentence { try checkpoint.checkParameters(expected) }
        == "checkpoint '\(path)' does not fit the model: missing: 'ln_f/bias', 'wpe'; not expected: 'ln_f/weight'; "
        + "wrong shape: 'wte' expected [7, 8], found [7, 4]")
  }

  @Test(
    "an HDF5 file that is no checkpoint, or of another version",
    arguments: [
      (
        "no_format.h5",
        "'PATH' is no checkpoint: its root has no attribute 'format' (expected 'assay-checkpoint')"
      ),
      (
        "other_format.h5",
        "'PATH' is no checkpoint: expected format 'assay-checkpoint', found 'something-else'"
      ),
      ("no_version.h5", "checkpoint 'PATH' has no attribute 'version' (expected 1)"),
      ("version_2.h5", "checkpoint 'PATH' has format version 2; this program reads version 1"),
      (
        "text_version.h5",
        "checkpoint 'PATH' is damaged: cannot read '/@version': expected one whole number, found string"
      ),
      (
        "external_link.h5",
        "cannot read 'params/wte' of checkpoint 'PATH': it is a link, which may lead to another file; "
          + "store the dataset itself, or a hard link"
      ),
      (
        "external_data.h5",
        "cannot read 'params/wte' of checkpoint 'PATH': its elements are in another file\(remedy)"
      ),
      (
        "never_written.h5",
        "checkpoint 'PATH' is damaged: cannot read 'params/wte': its elements were never written"
      ),
      (
        "bomb.h5",
        "checkpoint 'PATH' is damaged: cannot read 'params/wte': its shape [1000000, 1000000] needs 4000000000000 bytes, the file holds 14 for it"
      ),
      (
        "filter.h5",
        "cannot read 'params/wte' of checkpoint 'PATH': it uses filter 32000 (LZF); "
          + "expected deflate, shuffle or Fletcher-32\(remedy)"
      ),
    ])
  func foreignFiles(name: String, expected: String) {
    let path = Fixtures.path(name)
    #expect(
      sentence { _ = try Checkpoint(path: path) } == expected.replacingOccurrences(of: "PATH", with: path))
  }

  @Test("a chunk that is shorter than it should be", arguments: ["short_chunk.h5", "short_chunk_v110.h5"])
  func shortChunk(name: String) throws {
    let path = Fixtures.path(name)
    #expect(
      sentence { _ = try Checkpoint(path: path).tensor(named: "wte") }
        == "checkpoint '\(path)' is damaged: cannot read 'params/wte': the chunk at [0, 0]: expected 24 bytes, found 8"
    )
  }

  @Test("elements that no tensor has")
  func foreignType() throws {
    let checkpoint = try Checkpoint(path: Fixtures.path("int8.h5"))
    #expect(
      sentence { _ = try checkpoint.tensor(named: "wte") }
        == "'params/wte' of checkpoint '\(checkpoint.path)' has elements of type 8-bit signed integer; expected one of "
        + "float32, bfloat16, float16, float64, int64, int32, uint16, uint8")
  }
}
