import Basics
import Checkpoints
import Foundation
import TensorCore
import Testing

/// SplitMix64 (Steele, Lea and Flood 2014).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}

@Suite("Damaged files")
struct RobustnessTests {
  /// Our own file, and what h5py writes by default, which carries no checksums.
  static let sources = ["ours", "ours, chunked", "h5py_earliest.h5", "h5py_v110.h5"]

  static func bytes(of source: String) throws -> [UInt8] {
    guard source.hasPrefix("ours") else { return try contents(of: Fixtures.path(source)) }
    let directory = try TemporaryDirectory()
    try writeSmallCheckpoint(
      to: directory.file("a.h5"), layout: source == "ours" ? .contiguous : .chunked(deflate: 3))
    return try contents(of: directory.file("a.h5"))
  }

  /// Everything that a reader does with a file.
  static func readAll(_ bytes: [UInt8]) throws {
    let checkpoint = try Checkpoint(image: bytes, name: "damaged")
    try checkpoint.verify()
    _ = try checkpoint.weightsDigest()
  }

  @Test("A file truncated at any length is an error", arguments: sources)
  func truncation(source: String) throws {
    let bytes = try Self.bytes(of: source)
    try Self.readAll(bytes)
    for length in stride(from: 0, to: bytes.count, by: 61) {
      switch failure({ try Self.readAll(Array(bytes.prefix(length))) })?.kind {
      case .truncated, .notHDF5: break
      case let kind: Issue.record("\(length) bytes: \(String(describing: kind))")
      }
    }
  }

  @Test("A file with random bytes changed is an error or is read, and never crashes", arguments: sources)
  func randomDamage(source: String) throws {
    let bytes = try Self.bytes(of: source)
    var refused = 0
    for seed in UInt64(0)..<400 {
      var random = SeededGenerator(state: seed)
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        damaged[place] = [0, 0xFF, damaged[place] ^ 1, UInt8.random(in: 0...255, using: &random)]
          .randomElement(
            using: &random)!
      }
      do {
        try Self.readAll(damaged)
      } catch let error as CheckpointError {
        refused += 1
        #expect(error.fault == .badData)
      }
    }
    #expect(refused > 50)
  }

  /// In our files every byte that says something is under a checksum or a digest.
  @Test("No changed byte of our own files changes a tensor silently")
  func noSilentDamage() throws {
    let bytes = try Self.bytes(of: "ours")
    let whole = try Checkpoint(image: bytes, name: "whole")
    let tensors = try whole.names.map { try whole.tensor(named: $0).byteArray }
    for place in stride(from: 0, to: bytes.count, by: 3) {
      var damaged = bytes
      damaged[place] ^= 0x10
      guard let checkpoint = try? Checkpoint(image: damaged, name: "damaged"),
        let found = try? checkpoint.names.map({ try checkpoint.tensor(named: $0).byteArray })
      else { continue }
      #expect(found == tensors && checkpoint.names == whole.names, "byte \(place)")
    }
  }
}
