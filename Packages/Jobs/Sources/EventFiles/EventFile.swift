import Basics
import Files
public import Foundation

/// A file of events that TensorBoard shows as curves: `events.out.tfevents.SECONDS.HOST.PROCESS.NUMBER` in a folder of its own.
public final class EventFile {
  public let path: String
  private let file: FileHandle

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - folder: Where it lies; made where it is missing.
  ///   - step: The last step of which earlier files in the folder hold what counts; `nil` for a run that begins.
  /// - Throws: The system's reason.
  public init(folder: String, goingOnFrom step: Int?, now: Date = Date()) throws {
    try createFolder(folder)
    let start =
      "\(folder)/events.out.tfevents.\(Int(now.timeIntervalSince1970)).\(Machine.hostName).\(getpid())"
    let number = (0...).first { !FileManager.default.fileExists(atPath: "\(start).\($0)") } ?? 0
    path = "\(start).\(number)"
    file = try FileHandle.creating(path)
    try write(TensorBoardEvent(time: now, step: 0, content: .version))
    // TensorBoard drops what has this step or a later one.
    if let step { try write(TensorBoardEvent(time: now, step: step + 1, content: .resumed)) }
  }

  /// Adds numbers of one step.
  ///
  /// - Throws: The system's reason.
  public func add(_ step: Int, _ scalars: [(name: String, value: Double)], now: Date = Date()) throws {
    try write(TensorBoardEvent(time: now, step: step, content: .scalars(scalars)))
  }

  private func write(_ event: TensorBoardEvent) throws { try file.write(contentsOf: Data(event.record)) }

  deinit { try? file.close() }
}
