import Basics
import Foundation
import Sharding
import TensorCore
import Testing

@testable import Checkpoints

@Suite("What is wrong with a checkpoint")
struct CheckpointErrorTests {
  let directory: TemporaryDirectory
  let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("small.h5")
    try writeSmallCheckpoint(to: path)
  }

  @Test("A checkpoint that is not there, or is no file, is refused")
  func missing() {
    let absent = directory.file("absent.h5")
    #expect(
      failure { _ = try Checkpoint(path: absent) }
        == CheckpointError(.unopened(reason: "no such file or directory", isThere: false), at: absent))
    #expect(
      failure { _ = try Checkpoint(path: "/dev/null") }
        == CheckpointError(
          .unopened(reason: "it is a device, expected a regular file", isThere: true), at: "/dev/null"))
  }

  @Test("A file that is no HDF5 is refused")
  func foreign() throws {
    try write(Array("{\"a\": 1}, and more".utf8), to: path)
    #expect(failure { _ = try Checkpoint(path: path) }?.kind == .notHDF5(found: Array("{\"a\": 1}".utf8)))
    try write([], to: path)
    #expect(failure { _ = try Checkpoint(path: path) }?.kind == .notHDF5(found: []))
  }

  @Test("A truncated file is refused")
  func truncated() throws {
    let bytes = try contents(of: path)
    try write(bytes.prefix(2000), to: path)
    #expect(
      failure { _ = try Checkpoint(path: path) }
        == CheckpointError(.truncated(expected: bytes.count, found: 2000), at: path))
  }

  @Test("Whole numbers are refused where a model computes")
  func wholeNumbers() throws {
    let checkpoint = try Checkpoint(path: path)
    try checkpoint.requireFloatingPoint("ln_f/weight")
    #expect(
      failure { try checkpoint.requireFloatingPoint("step", in: .state) }?.kind
        == .elementType(
          object: "state/step", expected: ["float32", "bfloat16", "float16", "float64"], found: "int64"))
  }

  @Test("A flipped byte in a tensor is an error")
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
    let error = try #require(failure { _ = try opened.tensor(named: "wte") })
    #expect((error.path, error.tensor, error.expected) == (damaged, "wte", digest))
    #expect(failure { try opened.verify() } == error)
    #expect(failure { _ = try opened.tensor(named: "ln_f/weight") } == nil)
    // Without a look at digests the damage is handed on, and the caller asked for that.
    #expect(try opened.tensor(named: "wte", verifying: false).byteArray != tensor)
    #expect(try Checkpoint(path: damaged, verifies: false).tensor(named: "wte").byteArray != tensor)
  }

  @Test("A damaged chunk is an error")
  func damagedChunk() throws {
    try writeSmallCheckpoint(to: path, layout: .chunked(deflate: 0))
    var bytes = try contents(of: path)
    let tensor = counting([4, 12]).byteArray
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: tensor) })
    bytes[place + 5] ^= 1
    try write(bytes, to: path)
    let error = failure { _ = try Checkpoint(path: path).tensor(named: "blocks_0/attn/c_attn/kernel") }
    guard case .hdf5(let fault)? = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(
      (fault.object, fault.violation.part) == ("params/blocks_0/attn/c_attn/kernel", "the chunk at [0, 0]"))
    #expect(fault.violation.expected != fault.violation.found)
  }

  @Test("A tensor that is not there is refused with the nearest name")
  func missingTensor() throws {
    let checkpoint = try Checkpoint(path: path)
    #expect(
      failure { _ = try checkpoint.tensor(named: "blocks_0/attn/c_atn/kernel") }?.kind
        == .tensor(
          name: "blocks_0/attn/c_atn/kernel", section: "params", nearest: "blocks_0/attn/c_attn/kernel"))
    #expect(
      failure { _ = try checkpoint.shape(of: "zzzzzzzz") }?.kind
        == .tensor(name: "zzzzzzzz", section: "params", nearest: nil))
    #expect(
      failure { _ = try checkpoint.axes(of: "wte", in: .optimizer) }?.kind
        == .tensor(name: "wte", section: "optimizer", nearest: nil))
  }

  @Test("A tensor of another shape than asked for is refused")
  func wrongShape() throws {
    let checkpoint = try Checkpoint(path: path)
    let expected = CheckpointError.Kind.shape(tensor: "wte", expected: [7, 5], found: [7, 4])
    #expect(failure { _ = try checkpoint.tensor(named: "wte", shape: [7, 5]) }?.kind == expected)
    #expect(
      failure { _ = try checkpoint.tensor(named: "wte", slice: TensorSlice(whole: [7, 5])) }?.kind == expected
    )
    #expect(
      failure { _ = try checkpoint.tensor(named: "wte", slice: TensorSlice(of: [28], ranges: [[0..<3]])) }?
        .kind
        == .shape(tensor: "wte", expected: [28], found: [7, 4]))
  }

  @Test("All parameters that are missing, not expected or of another shape are named at once")
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
      failure { try checkpoint.checkParameters(expected) }?.kind
        == .parameters(
          missing: ["ln_f/bias", "wpe"], extra: ["ln_f/weight"],
          misshapen: [.init(name: "wte", expected: [7, 8], found: [7, 4])]))
  }

  @Test(
    "An HDF5 file that is no checkpoint, or of another version, is refused",
    arguments: [
      ("no_format.h5", .format(found: nil)),
      ("other_format.h5", .format(found: "something-else")),
      ("no_version.h5", .version(found: nil)),
      ("version_2.h5", .version(found: 2)),
      (
        "text_version.h5",
        .hdf5(HDF5Fault(.value(expected: "one whole number", found: "string"), of: "/@version"))
      ),
      (
        "external_link.h5",
        .hdf5(
          HDF5Fault(
            .unsupported(
              "a link that may lead to another file", remedy: "store the dataset itself, or a hard link"),
            of: "params/wte"))
      ),
      (
        "external_data.h5",
        .hdf5(.unsupported("a dataset with its elements in another file").of("params/wte"))
      ),
      ("never_written.h5", .hdf5(.unwritten.of("params/wte"))),
      (
        "bomb.h5",
        .hdf5(
          HDF5Fault(
            .value(
              "elements of shape [1000000, 1000000]", expected: "4000000000000 bytes", found: "14 in the file"
            ),
            of: "params/wte"))
      ),
      (
        "filter.h5",
        .hdf5(
          .unsupported("filter 32000 (LZF)", supported: ["deflate", "shuffle", "Fletcher-32"]).of(
            "params/wte"))
      ),
    ] as [(String, CheckpointError.Kind)])
  func foreignFiles(name: String, expected: CheckpointError.Kind) {
    let path = Fixtures.path(name)
    #expect(failure { _ = try Checkpoint(path: path) } == CheckpointError(expected, at: path))
  }

  @Test(
    "A chunk that is shorter than it should be is an error",
    arguments: ["short_chunk.h5", "short_chunk_v110.h5"])
  func shortChunk(name: String) throws {
    let path = Fixtures.path(name)
    #expect(
      failure { _ = try Checkpoint(path: path).tensor(named: "wte") }?.kind
        == .hdf5(
          HDF5Fault(.value("the chunk at [0, 0]", expected: "24 bytes", found: "8"), of: "params/wte")))
  }

  @Test("Elements that no tensor can have are refused")
  func foreignType() throws {
    let checkpoint = try Checkpoint(path: Fixtures.path("int8.h5"))
    #expect(
      failure { _ = try checkpoint.tensor(named: "wte") }?.kind
        == .elementType(
          object: "params/wte",
          expected: ["float32", "bfloat16", "float16", "float64", "int64", "int32", "uint16", "uint8"],
          found: "8-bit signed integer"))
  }

  @Test("The facts of an error of checkpoints are read by name")
  func facts() {
    let shape = CheckpointError(.shape(tensor: "x", expected: [1], found: [2]), at: "a.h5")
    #expect((shape.tensor, shape.expected, shape.found) == ("x", "[1]", "[2]"))
    let missing = CheckpointError(.tensor(name: "x", section: "params", nearest: "y"), at: "a.h5")
    #expect((missing.tensor, missing.nearest, missing.path) == ("x", "y", "a.h5"))
  }
}
