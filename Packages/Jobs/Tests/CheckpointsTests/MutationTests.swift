import Basics
import Checkpoints
import Foundation
import TensorCore
import Testing

@Suite("Mutants of HDF5 files")
struct MutationTests {
  private static let environment = ProcessInfo.processInfo.environment
  /// How many of each file; `ASSAY_MUTANTS` asks for more.
  private static let count = environment["ASSAY_MUTANTS"].flatMap(UInt64.init) ?? 250
  /// A folder that `ASSAY_MUTANTS_INTO` names gets the mutants, for `ci/fuzz`.
  private static let folder = environment["ASSAY_MUTANTS_INTO"].map(URL.init(fileURLWithPath:))

  static let sources =
    RobustnessTests.sources + ["kinds_earliest.h5", "kinds_v110.h5", "kinds_latest.h5"]

  /// Reads what it can, as `verify()` does, but goes on behind a tensor that is refused.
  static func readAll(_ checkpoint: Checkpoint) throws {
    for section in Checkpoint.Section.allCases {
      for name in checkpoint.names(in: section) {
        guard let tensor = try? checkpoint.tensor(named: name, in: section, verifying: false) else {
          continue
        }
        #expect(try tensor.shape == checkpoint.shape(of: name, in: section))
      }
    }
    try checkpoint.verify()
  }

  @Test("A mutant whose checksums were made right is refused or read, and never crashes", arguments: sources)
  func mutants(source: String) throws {
    let mutator = Mutator(try RobustnessTests.bytes(of: source))
    var refused = 0
    let start = ContinuousClock.now
    for seed in 0..<Self.count {
      let mutant = mutator.mutant(seed)
      try Self.folder.map { try Data(mutant).write(to: $0.appending(path: "\(source)-\(seed)")) }
      do {
        try Self.readAll(try Checkpoint(image: mutant, name: "mutant"))
      } catch let error as CheckpointError {
        refused += 1
        #expect(error.fault == .badData, "seed \(seed): \(error)")
      }
    }
    #expect(refused > Self.count / 10)
    print("\(source): \(refused) of \(Self.count) refused, \(ContinuousClock.now - start)")
  }

  /// Mutants that were of interest once; `hostile/` beside the fixtures.
  @Test("The mutants that once crashed the program are refused", arguments: Fixtures.hostile)
  func kept(name: String) throws {
    #expect(throws: CheckpointError.self) {
      try Self.readAll(Checkpoint(path: Fixtures.path("hostile/\(name)")))
    }
  }
}
