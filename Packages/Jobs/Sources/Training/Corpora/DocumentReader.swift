import Basics
import Configurate
import Documents
import Foundation
import Jobs
import Templating

/// Documents of files, one after the other, none of them held longer than it is needed.
struct DocumentReader {
  /// A document, or a part of one that is too long to be held whole.
  struct Part {
    var text: String
    var endsDocument: Bool
  }

  let paths: [String]
  let settings: DataSettings
  /// Called with how many bytes were read, and how many there are.
  var progress: (Int, Int) -> Void = { _, _ in }

  /// The longest part of a document that is encoded at once, in bytes.
  private static let longestPart = 1 << 24

  /// Calls `body` with every part of every document, as far as `data/max_samples` goes.
  ///
  /// - Throws: ``JobError`` and `DocumentError` naming file and line of what cannot be read; what `body` throws.
  func read(_ body: (Part) throws -> Void) throws {
    let total = paths.reduce(0) { $0 + (Self.size(of: $1) ?? 0) }
    var before = 0
    var documents = 0
    let most = settings.maxSamples > 0 ? settings.maxSamples : Int.max
    for path in paths {
      /// Whether to go on.
      func take(_ part: Part, _ read: Int) throws -> Bool {
        try body(part)
        if part.endsDocument { documents += 1 }
        progress(before + read, total)
        return documents < most
      }
      guard documents < most else { break }
      switch try settings.format(of: path) {
      case .text where settings.documents == .file: try wholeFile(path, take)
      case .text: try lines(path, take)
      case .jsonl: try objects(path, take)
      case .csv: try records(path, separator: UInt8(ascii: ","), take)
      case .tsv: try records(path, separator: UInt8(ascii: "\t"), take)
      case .auto: break  // format(of:) has found which one it is
      }
      before += Self.size(of: path) ?? 0
    }
  }

  private typealias Take = (Part, Int) throws -> Bool

  /// The length of a file in bytes; `nil` where it is known only after reading, as of a pipe.
  static func size(of path: String) -> Int? { FileStatus(path).flatMap { $0.isFile ? $0.size : nil } }

  /// The file as one document. Parts end at a line's end that no white space follows, where tokenizers that cut texts
  /// into words begin a new one.
  private func wholeFile(_ path: String, _ take: Take) throws {
    var lines = try Self.open(path)
    var text = ""
    while let line = try lines.next() {
      let next = try lines.text(line)
      if text.utf8.count >= Self.longestPart, next.first?.isWhitespace == false {
        guard try take(Part(text: text, endsDocument: false), lines.bytesRead) else { return }
        text = ""
      }
      text += next
    }
    _ = try take(Part(text: text, endsDocument: true), lines.bytesRead)
  }

  /// Every line that is not empty as a document, without its end.
  private func lines(_ path: String, _ take: Take) throws {
    var lines = try Self.open(path)
    while let line = try lines.next() {
      var text = try lines.text(line)
      while let last = text.unicodeScalars.last, last == "\n" || last == "\r" {
        text.unicodeScalars.removeLast()
      }
      guard !text.isEmpty else { continue }
      guard try take(Part(text: text, endsDocument: true), lines.bytesRead) else { return }
    }
  }

  /// The field of every JSON object.
  private func objects(_ path: String, _ take: Take) throws {
    var objects = JSONDocumentReader(try Self.open(path, endsAtReturn: true))
    while let object = try objects.next() {
      guard let value = object[settings.field] else {
        throw Self.unknownField(
          settings.field, among: object.keys.map(\.text).sorted(), path, line: objects.line)
      }
      guard case .string(let text) = value else {
        throw JobError(
          .malformedFile(path: path, .field(settings.field, place: "'\(path)', line \(objects.line)")))
      }
      guard try take(Part(text: text, endsDocument: true), objects.bytesRead) else { return }
    }
  }

  /// The field of every row of separated values beneath a header.
  private func records(_ path: String, separator: UInt8, _ take: Take) throws {
    var records = SeparatedRecords(try Self.open(path, endsAtReturn: true), separator: separator)
    guard let header = try records.next() else { throw DocumentError(.noHeader, path: path) }
    guard let column = header.firstIndex(of: settings.field) else {
      throw Self.unknownField(settings.field, among: header, path, line: 1)
    }
    while let record = try records.next() {
      guard record.count == header.count else {
        throw DocumentError(
          .cells(found: record.count, expected: header.count), path: path, at: .line(records.firstLine))
      }
      guard try take(Part(text: record[column], endsDocument: true), records.bytesRead) else { return }
    }
  }

  private static func open(_ path: String, endsAtReturn: Bool = false) throws -> ByteLines {
    do throws(DocumentError) { return try ByteLines(path: path, endsAtReturn: endsAtReturn) } catch {
      guard case .missing = error.kind else { throw error }
      throw JobError(.missingFile(path: path, .corpus))
    }
  }

  private static func unknownField(
    _ name: String, among known: [String], _ path: String, line: Int
  ) -> JobError {
    let place = "'\(path)', line \(line)"
    let nearest = nearestName(to: name, among: known)
    return JobError(.malformedFile(path: path, .noField(name, place: place, nearest: nearest)))
  }
}
