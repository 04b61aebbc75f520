import Checkpoints
import Configurate
import Foundation
import JobsTesting
import Models
import TensorCore
import Testing

@testable import Jobs
@testable import Training

@Suite("Resuming from a checkpoint")
struct ResumeTests {
  private let tiny: TinyTraining
  private let checkpoints: String

  init() throws {
    tiny = try TinyTraining()
    checkpoints = tiny.root.path + "/checkpoints/general/default/"
  }

  /// Makes all updates but the last five, and leaves checkpoints after the fifth and the seventh.
  private func stop(_ name: String) throws {
    let trainer = try tiny.trainer(name)
    trainer.shouldStop = { [unowned trainer] in trainer.updates == 7 }
    #expect(throws: JobError.self) { try trainer.run() }
  }

  private func restored(_ path: String) throws -> Trainer<GPT> {
    try Trainer<GPT>.restored(
      from: Checkpoint(path: path), spec: .local(root: tiny.root.path, name: "other"), resume: true
    ).job
  }

  private func inode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
  }

  @Test(
    "A training that is restored from a checkpoint of its own ends in the same bytes",
    arguments: [true, false])
  func restores(asFolder: Bool) throws {
    try tiny.trainer("whole").run()
    try stop("stopped")
    let own = checkpoints + "stopped/ntoks/1280"
    let before = try inode(own + "/checkpoint.h5")
    let trainer = try restored(asFolder ? own : own + "/checkpoint.h5")
    guard asFolder else {
      // A file alone does not say whose it is, so that this is the run 'other'.
      #expect(trainer.updates == 5 && trainer.spec.job.name == "other")
      try trainer.run()
      #expect(try tiny.file("other", "final/3072") == tiny.file("whole", "final/3072"))
      return
    }
    #expect(trainer.updates == 5 && trainer.spec.job.name == "stopped")
    try trainer.run()
    for suffix in ["best", "ntoks/2560", "final/3072"] {
      #expect(try tiny.file("stopped", suffix) == tiny.file("whole", suffix), "\(suffix)")
    }
    #expect(try inode(own + "/checkpoint.h5") == before, "the checkpoint was written again")
    #expect(try tiny.losses("stopped") == tiny.losses("whole"))
  }

  @Test("A checkpoint from elsewhere replaces none of the run's own")
  func elsewhere() throws {
    try stop("stopped")
    let copy = tiny.root.path + "/copy"
    try FileManager.default.copyItem(atPath: checkpoints + "stopped/ntoks/1280", toPath: copy)
    let trainer = try restored(copy)
    let error = #expect(throws: JobError.self) { try trainer.run() }
    guard case .occupied(_, .checkpoints("general/default/stopped", _))? = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("A state that is not what runs leave is refused by its tensor")
  func damaged() throws {
    try stop("run")
    let original = try Checkpoint(path: checkpoints + "run/ntoks/1280")
    let path = tiny.root.path + "/damaged.h5"
    func refusal(_ section: Checkpoint.Section, _ name: String, _ tensor: Tensor) throws -> (any Error)? {
      let writer = try CheckpointFileWriter(path: path, configuration: original.configuration)
      for part in Checkpoint.Section.allCases {
        for known in original.names(in: part) {
          let isOther = part == section && known == name
          try writer.write(
            isOther ? tensor : original.tensor(named: known, in: part), named: known, in: part)
        }
      }
      try writer.finish()
      do { try tiny.trainer("new").resume(from: Checkpoint(path: path)) } catch { return error }
      return nil
    }
    func state(_ name: String, _ tensor: Tensor) throws -> TrainingError.Kind? {
      (try refusal(.state, name, tensor) as? TrainingError)?.kind
    }
    #expect(try refusal(.state, "step", Tensor([5] as [Int])) == nil)
    for step in [-1, 13, Int.max] {
      #expect(
        try state("step", Tensor([step] as [Int]))
          == .updates(tensor: "step", path: path, most: 12, found: step))
    }
    #expect(
      try state("step", Tensor([5] as [Double]))
        == .checkpointType(tensor: "step", path: path, expected: "int64", found: "float64"))
    for (name, tensor) in [
      ("step", Tensor([5, 5] as [Int])), ("scores", Tensor([5] as [Double])),
    ] {
      guard
        case .shape(name, _, tensor.shape)? = (try refusal(.state, name, tensor) as? CheckpointError)?.kind
      else {
        Issue.record("\(name)")
        return
      }
    }
    #expect(
      try state("scores", Tensor([5, 5] as [Int]))
        == .checkpointType(tensor: "scores", path: path, expected: "float64", found: "int64"))
    #expect(
      try state("data", Tensor(zeros: [1]))
        == .checkpointType(tensor: "data", path: path, expected: "int64", found: "float32"))
    let moment = try #require(original.names(in: .optimizer).first)
    let shape = try original.shape(of: moment, in: .optimizer)
    let wide = Tensor(Array(repeating: 0.0, count: shape.reduce(1, *))).reshaped(shape)
    #expect(
      (try refusal(.optimizer, moment, wide) as? TrainingError)?.kind
        == .stateType(tensor: moment, expected: "float32", found: "float64"))
  }
}
