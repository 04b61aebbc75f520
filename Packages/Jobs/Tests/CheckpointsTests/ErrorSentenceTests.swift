import Basics
import Foundation
import Testing

@testable import Checkpoints

/// The wording of errors of checkpoints; other tests compare their facts.
@Suite("Sentences of errors of checkpoints")
struct ErrorSentenceTests {
  private static let kinds: [(CheckpointError.Kind, Fault, String)] = [
    (
      .unopened(reason: "no such file or directory", isThere: false), .missingInput,
      "cannot open checkpoint 'a.h5': no such file or directory"
    ),
    (
      .unopened(reason: "not a regular file", isThere: true), .badData,
      "cannot open checkpoint 'a.h5': not a regular file"
    ),
    (.notHDF5(found: []), .badData, "'a.h5' is no HDF5 file: it is empty"),
    (
      .notHDF5(found: [1, 0xAB]), .badData,
      "'a.h5' is no HDF5 file: expected it to begin with 89 48 44 46 0d 0a 1a 0a, found 01 ab"
    ),
    (.superblockVersion, .badData, "'a.h5' has an HDF5 superblock of an unknown version"),
    (
      .superblock, .badData,
      "'a.h5' has an HDF5 superblock that is damaged or has addresses of other than 8 bytes"
    ),
    (
      .truncated(expected: 9, found: 5), .badData,
      "'a.h5' is truncated: its header says 9 bytes, the file has 5"
    ),
    (
      .hdf5(HDF5Fault(.missing("tree"), in: .init("group", at: 96))), .badData,
      "checkpoint 'a.h5' is damaged: group at byte 96: no tree"
    ),
    (
      .hdf5(HDF5Fault(.checksum(of: "the chunk at [0]", expected: 171, found: 5), of: "params/x")), .badData,
      "checkpoint 'a.h5' is damaged: cannot read 'params/x': the chunk at [0]: expected the checksum 0xab, found 0x5"
    ),
    (
      .hdf5(.unwritten.of("params/x")), .badData,
      "checkpoint 'a.h5' is damaged: cannot read 'params/x': no elements in the file, as none were ever written"
    ),
    (
      .hdf5(.unsupported("filter 4", supported: ["deflate"]).of("params/x")), .badData,
      "cannot read 'params/x' of checkpoint 'a.h5': filter 4 is not supported, only 'deflate'; "
        + "h5repack writes such a file anew: h5repack -f NONE -l CONTI IN OUT"
    ),
    (
      .format(found: nil), .badData,
      "'a.h5' is no checkpoint: its root has no attribute 'format' (expected 'assay-checkpoint')"
    ),
    (
      .format(found: "x"), .badData,
      "'a.h5' is no checkpoint: expected format 'assay-checkpoint', found 'x'"
    ),
    (.version(found: nil), .badData, "checkpoint 'a.h5' has no attribute 'version' (expected 1)"),
    (.version(found: 2), .badData, "checkpoint 'a.h5' has format version 2; this program reads version 1"),
    (
      .tensorDigest(tensor: "x", expected: "e", found: "f"), .badData,
      "tensor 'x' of checkpoint 'a.h5' is damaged: expected SHA-256 'e', found 'f'"
    ),
    (
      .settingsDigest(expected: "e", found: "f"), .badData,
      "checkpoint 'a.h5' is damaged: format, version and config: expected SHA-256 'e', found 'f'"
    ),
    (
      .damagedTensors([
        .tensorDigest(tensor: "x", expected: "e", found: "f"),
        .hdf5(HDF5Fault(.truncated("it"), of: "params/y")),
      ]), .badData,
      "tensor 'x' of checkpoint 'a.h5' is damaged: expected SHA-256 'e', found 'f'; "
        + "checkpoint 'a.h5' is damaged: cannot read 'params/y': it ends too soon"
    ),
    (
      .tensor(name: "x", section: "params", nearest: "y"), .badData,
      "checkpoint 'a.h5' has no tensor 'x' in 'params'; did you mean 'y'?"
    ),
    (
      .tensor(name: "x", section: "params", nearest: nil), .badData,
      "checkpoint 'a.h5' has no tensor 'x' in 'params'"
    ),
    (
      .elementType(object: "params/x", expected: ["a", "b"], found: "string"), .badData,
      "'params/x' of checkpoint 'a.h5' has elements of type string; expected one of a, b"
    ),
    (
      .shape(tensor: "x", expected: [1, 2], found: [2]), .badData,
      "tensor 'x' of checkpoint 'a.h5': expected shape [1, 2], found [2]"
    ),
    (
      .parameters(missing: ["x"], extra: [], misshapen: [.init(name: "y", expected: [1], found: [2])]),
      .badData,
      "checkpoint 'a.h5' does not fit the model: missing: 'x'; wrong shape: 'y' expected [1], found [2]"
    ),
    (.part(name: "config.yaml"), .missingInput, "checkpoint 'a.h5' has no 'config.yaml'"),
    (.unread, .missingInput, "cannot read 'a.h5'"),
    (.notUTF8, .badData, "'a.h5' is not UTF-8 text"),
    (.violation(.value("'steps'", expected: "Int")), .badData, "'a.h5': 'steps': expected Int"),
    (.restless, .missingInput, "checkpoint 'a.h5' is replaced again and again while it is read"),
    (.latest(found: "x"), .missingInput, "'a.h5/latest' names the checkpoint 'x', which is not there"),
    (.notCheckpoint, .missingInput, "'a.h5' is no checkpoint: it has neither 'config.yaml' nor 'latest'"),
    (
      .reference(directory: "d"), .missingInput,
      "there is no checkpoint 'a.h5', neither at this path nor in 'd'"
    ),
    (
      .directoryName(role: "name"), .badData,
      "name 'a.h5' cannot name a directory: expected a name without '/' that begins with no '.'"
    ),
    (
      .suffix, .badData,
      "suffix 'a.h5' cannot name a checkpoint: expected names joined by '/', the first of them not 'latest'"
    ),
    (.tensorName("x"), .badData, "'x' cannot name a tensor: expected names joined by '/'"),
    (.writtenTwice(tensor: "x"), .badData, "tensor 'x' is written twice to checkpoint 'a.h5'"),
    (.unwritable(.writeFile, reason: "R"), .usage, "cannot write 'a.h5': R"),
    (.unwritable(.writeCheckpoint, reason: "R"), .usage, "cannot write checkpoint 'a.h5': R"),
    (.unwritable(.makeDirectory, reason: "R"), .usage, "cannot make the directory 'a.h5': R"),
    (
      .occupied(by: "7"), .usage,
      "cannot write checkpoint 'a.h5': it would replace '7', which is no part of a checkpoint"
    ),
    (.occupied(by: nil), .usage, "cannot write checkpoint 'a.h5': it is a file"),
    (
      .unencodable(.value("score", expected: "a finite number", found: "nan")), .badData,
      "cannot write checkpoint 'a.h5': score: expected a finite number, found nan"
    ),
    (.otherTensors, .badData, "the ranks do not write the same tensors"),
    (
      .incompleteSlices(tensor: "x", shape: [3]), .badData,
      "the slices of tensor 'x' do not make up its shape [3]"
    ),
  ]

  @Test(
    "The sentence of a checkpoint's error follows from its facts, which travel between ranks",
    arguments: kinds.indices)
  func sentences(index: Int) throws {
    let (kind, fault, text) = Self.kinds[index]
    let error = CheckpointError(kind, at: "a.h5")
    #expect("\(error)" == text)
    #expect(error.fault == fault)
    #expect(try JSONDecoder().decode(CheckpointError.self, from: JSONEncoder().encode(error)) == error)
  }
}
