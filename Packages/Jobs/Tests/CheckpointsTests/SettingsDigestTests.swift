import Foundation
import Testing

@testable import Checkpoints

@Suite("The digest of a checkpoint's settings")
struct SettingsDigestTests {
  @Test("A changed letter of the settings is found, also where checksums were made right")
  func damagedSettings() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.h5")
    try writeSmallCheckpoint(to: path, configuration: "block_size: 32\n")
    let bytes = try contents(of: path)
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("block_size".utf8)) })
    let damaged = Mutator(bytes).changing(place + 5, to: UInt8(ascii: "-"))
    let expected = RootAttributes.digest(configuration: "block_size: 32\n")
    let found = RootAttributes.digest(configuration: "block-size: 32\n")
    #expect(
      failure { _ = try Checkpoint(image: damaged, name: "a") }
        == CheckpointError(.settingsDigest(expected: expected, found: found), at: "a"))
  }

  @Test(
    "A checkpoint without a digest of its settings is read, as other programs write it",
    arguments: ["h5py_earliest.h5", "h5py_v110.h5"])
  func optional(name: String) throws {
    #expect(try Checkpoint(path: Fixtures.path(name)).configuration == "job: gpt/evaluate\n")
  }

  /// printf 'assay-checkpoint\n1\njob: ä\n' | sha256sum
  @Test("The digest of the settings is what FORMAT.md says")
  func definition() {
    #expect(
      RootAttributes.digest(configuration: "job: ä\n")
        == "e051f4c49bf910cafcf1d6f658ed962116b5af634cda0e8934b594e63343bfa1")
  }
}
