import Basics
import EventFiles
import Files
import Foundation
import Jobs
import Logging

/// `metrics.jsonl`: a line of JSON for each thing that was measured, in the order of updates.
///
/// Nothing in it depends on how fast or when a run was made, so that a resumed run leaves the same bytes.
final class MetricsFile {
  private let path: String
  /// What the disk did not take yet.
  private var pending = ""
  /// Called with all that is measured.
  private let event: (@Sendable (JobEvent) -> Void)?
  private let tensorBoard: EventFile?
  private let log = Logger(label: "assay.train")

  /// Takes away what a run wrote after update `step`, which it is going on from, and a line that it did not end.
  ///
  /// - Parameters:
  ///   - event: Called with all that is measured.
  ///   - tensorBoard: The folder for event files of TensorBoard; `nil` for none.
  /// - Throws: ``JobError`` where the system refuses.
  init(
    path: String, goingOnFrom step: Int, event: (@Sendable (JobEvent) -> Void)? = nil,
    tensorBoard: String? = nil
  ) throws(JobError) {
    self.path = path
    self.event = event
    do {
      self.tensorBoard = try tensorBoard.map { try EventFile(folder: $0, goingOnFrom: step > 0 ? step : nil) }
    } catch {
      throw JobError(.unwritable(path: tensorBoard ?? "", reason: systemReason(error)))
    }
    let bytes = FileManager.default.contents(atPath: path) ?? Data()
    var kept = bytes.startIndex
    while let end = bytes[kept...].firstIndex(of: UInt8(ascii: "\n")) {
      guard let line = try? JSONDecoder().decode(Step.self, from: bytes[kept..<end]), line.step <= step else {
        break
      }
      kept = end + 1
    }
    guard kept < bytes.endIndex || !FileManager.default.fileExists(atPath: path) else { return }
    try WholeFile.write(String(decoding: bytes[..<kept], as: UTF8.self), to: path)
  }

  private struct Step: Decodable { var step: Int }

  func add(_ step: Int, _ values: [(name: String, value: JSONValue)]) {
    pending += JSONValue.object([("step", .integer(step))] + values.map { ($0.name, $0.value) }).line + "\n"
    let numbers = values.compactMap { name, value in value.number.map { (name: name, value: $0) } }
    event?(.measured(step: step, values: numbers))
    do { try tensorBoard?.add(step, numbers) } catch {
      log.error("step \(step) is missing in TensorBoard's file, the run goes on: \(systemReason(error))")
    }
  }

  /// Writes the lines that were added, and waits until they are on the disk; one that is not stays for the next time.
  ///
  /// - Throws: ``JobError`` with the system's reason.
  func flush() throws(JobError) {
    guard !pending.isEmpty else { return }
    do {
      let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      defer { try? handle.close() }
      let end = try handle.seekToEnd()
      do {
        try handle.write(contentsOf: Data(pending.utf8))
        try handle.synchronize()
      } catch {
        try? handle.truncate(atOffset: end)
        throw error
      }
    } catch { throw JobError(.unwritable(path: path, reason: systemReason(error))) }
    pending = ""
  }
}
