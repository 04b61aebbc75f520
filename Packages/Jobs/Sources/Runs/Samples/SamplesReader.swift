import Basics
import Evaluations
import Foundation
public import Jobs

/// Reads a file of samples one by one, so that a long file need not be held.
public struct SamplesReader {
  public let path: String
  private let text: Data
  private var place: Data.Index
  private var line = 0

  /// - Throws: ``JobError`` for a file that is missing.
  init(path: String) throws(JobError) {
    if let reason = fileFault(path) { throw JobError(.unreadable(path: path, reason: reason)) }
    guard let text = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe) else {
      throw JobError(.missingFile(path: path, .samples))
    }
    (self.path, self.text, place) = (path, text, text.startIndex)
  }

  /// The next sample in the order of the file; `nil` behind the last.
  ///
  /// - Throws: ``JobError`` for a line that is no sample or contradicts itself, and for a log-probability that is not a number, which `null`
  ///   stands for.
  public mutating func next() throws(JobError) -> RecordedSample? {
    while place < text.endIndex {
      line += 1
      let end = text[place...].firstIndex(of: UInt8(ascii: "\n")) ?? text.endIndex
      let bytes = [UInt8](text[place..<end])
      place = min(end + 1, text.endIndex)
      if !bytes.isEmpty { return try sample(bytes) }
    }
    return nil
  }

  private func sample(_ bytes: [UInt8]) throws(JobError) -> RecordedSample {
    guard let sample = try? RecordedSample(line: bytes) else {
      throw JobError(.malformedFile(path: path, .noSample(line: line)))
    }
    guard sample.exchanges.allSatisfy({ $0.response.firstNonFinite == nil }) else {
      throw JobError(.recordedNotFinite(path: path, line: line))
    }
    if let contradiction = sample.contradiction {
      throw JobError(.malformedFile(path: path, .contradiction(line: line, contradiction)))
    }
    return sample
  }
}
