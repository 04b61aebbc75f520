import Basics
import Evaluations
import Files
import Foundation
import Jobs
import Runs
import Synchronization

/// What happens in a run, a line of JSON for each event: in the file of `--events`, and beside the run's own files as long as
/// it is at work; RESULTS.md has their form.
///
/// Each line is written at once and whole, so that a reader may follow the file.
final class EventLog: Sendable {
  private struct State {
    /// The file that was asked for.
    var asked: FileHandle?
    /// The file beside the run's own.
    var live: (path: String, file: FileHandle)?
    /// Why what was asked for is not whole.
    var loss: JobError?
    var lastProgress = Date.distantPast
    var activity: String?
    /// What the file beside the run's own begins with.
    var first = ""
  }

  private let state: Mutex<State>
  private let path: String?
  private let start = Date()
  /// Seconds between two lines of progress of one activity.
  private static let interval = 1.0

  /// - Parameter path: Where events go that are asked for; lines are added to what is there.
  /// - Throws: `JobError` where the file cannot be written.
  init(path: String?) throws(JobError) {
    self.path = path
    var asked: FileHandle?
    if let path {
      do { asked = try FileHandle.appending(path) } catch {
        throw JobError(.unwritable(path: path, reason: systemReason(error)))
      }
    }
    state = Mutex(State(asked: asked))
  }

  /// Why the file that was asked for is not whole; `nil` where it is.
  var loss: JobError? { state.withLock { $0.loss } }

  func began(_ spec: ExecutionSpec, job: String) {
    write(
      "began",
      [
        ("job", .text(job)), ("name", .text(spec.job.path)), ("root", .text(spec.root)),
        ("process", .integer(Int(getpid()))), ("host", .text(Machine.hostName)),
        ("version", .text(assayVersion)),
      ])
  }

  @Sendable func note(_ progress: JobProgress) {
    let isDue = state.withLock { state in
      let isOver = progress.total > 0 && progress.completed >= progress.total
      guard
        state.activity != progress.activity || isOver
          || Date().timeIntervalSince(state.lastProgress) >= Self.interval
      else { return false }
      (state.lastProgress, state.activity) = (Date(), progress.activity)
      return true
    }
    if isDue { write("progress", progress.members) }
  }

  @Sendable func note(_ event: JobEvent) {
    switch event {
    case .began(let folder):
      openLive(in: folder)
      write("kept", [("folder", .text(folder))])
    case .running(let evaluation, let total): write("running", [("of", .integer(total))] + evaluation.members)
    case .evaluated(let evaluation): write("evaluated", evaluation.members)
    case .measured(let step, let values):
      write(
        "measured",
        [("step", .integer(step)), ("values", .object(values.map { ($0.name, .number($0.value)) }))])
    }
  }

  func finished(_ outcome: JobOutcome) {
    let places: [String] =
      switch outcome {
      case .results(_, let folder): ["\(folder)results.json"]
      case .checkpoint(let folder), .data(let folder): [folder]
      case .files(let paths): paths
      case .nothing: []
      }
    write("finished", seconds + [("files", .list(places.map(JSONValue.text)))])
    closeLive()
  }

  /// Notes that a signal ends the run.
  func stopped(by signal: String) {
    write(
      "failed",
      seconds + [
        ("code", .integer(Int(Fault.tryAgain.rawValue))), ("reason", .text("stopped by \(signal)")),
      ])
    closeLive()
  }

  func failed(_ error: any Error) {
    let failure = Failure(error)
    write(
      "failed",
      seconds + [
        ("code", .integer(Int(failure?.code ?? 1))), ("reason", .text(failure?.sentence ?? "\(error)")),
      ])
    closeLive()
  }

  private var seconds: [(String, JSONValue)] {
    [("seconds", .number((Date().timeIntervalSince(start) * 1000).rounded() / 1000))]
  }

  /// What the disk does not take ends no run. The file that was asked for then ends there, and ``loss`` says why.
  private func write(_ kind: String, _ members: [(String, JSONValue)]) {
    let time = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    let line = JSONValue.object([("event", .text(kind)), ("time", .text(time))] + members).line + "\n"
    state.withLock { state in
      if state.first.isEmpty { state.first = line }
      try? state.live?.file.write(contentsOf: Data(line.utf8))
      do { try state.asked.map { try Self.write(line, to: $0) } } catch {
        state.asked = nil
        state.loss = JobError(.lostEvents(path: path ?? "", reason: systemReason(error)))
      }
    }
  }

  /// Where who reads a pipe has gone, the system's signal would end the process; it is taken back, and what failed is said.
  private static func write(_ line: String, to file: FileHandle) throws {
    var (broken, before) = (sigset_t(), sigset_t())
    sigemptyset(&broken)
    sigaddset(&broken, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &broken, &before)
    defer {
      var now = timespec()
      sigtimedwait(&broken, nil, &now)
      pthread_sigmask(SIG_SETMASK, &before, nil)
    }
    try file.write(contentsOf: Data(line.utf8))
  }

  /// From now on those who look at the run's folder can follow; where the disk does not take it, they cannot.
  private func openLive(in folder: String) {
    state.withLock { state in
      let path = "\(folder)/\(ResultFiles.events)"
      try? FileManager.default.removeItem(atPath: path)
      guard state.live == nil, let file = try? FileHandle.appending(path) else { return }
      try? file.write(contentsOf: Data(state.first.utf8))
      state.live = (path, file)
    }
  }

  private func closeLive() {
    state.withLock { state in
      if let live = state.live { try? FileManager.default.removeItem(atPath: live.path) }
      state.live = nil
    }
  }
}

extension JobProgress {
  fileprivate var members: [(String, JSONValue)] {
    [
      ("activity", .text(activity)), ("unit", .text(unit)), ("completed", .integer(completed)),
      ("total", .integer(total)), ("detail", .text(detail)),
      (
        "seconds_left",
        secondsLeft.map { .list([.number($0.lowerBound), .number($0.upperBound)]) } ?? .null
      ),
    ]
  }
}

extension RunResult.Evaluation {
  fileprivate var members: [(String, JSONValue)] {
    if case .object(let members) = json { members } else { [] }
  }
}
