import Basics
import Foundation
import Parquet
public import Templating

/// A file of documents, in one of the forms that data sets come in.
public enum DocumentFile {
  /// The endings of the forms that are read, in the order in which a data set's files are looked for.
  public static let endings = texts + ["arrow", "parquet"]

  /// The endings of the forms that may be compressed, with another ending behind: `.jsonl.gz`, `.jsonl.zst`.
  private static let texts = ["jsonl", "json", "csv", "tsv"]

  private static func isCompressed(_ path: String) -> Bool {
    ["gz", "zst"].contains((path as NSString).pathExtension)
  }

  /// The ending by which a file is read, without that of its compression; `nil` for a form that is not read.
  public static func form(of path: String) -> String? {
    let name = isCompressed(path) ? (path as NSString).deletingPathExtension : path
    let ending = (name as NSString).pathExtension
    return (name == path ? endings : texts).contains(ending) ? ending : nil
  }

  /// The documents of a file, each with the fields that it has itself.
  ///
  /// - Parameters:
  ///   - limit: How many documents are wanted at most, where a file can be read in part.
  ///   - header: Where the names of columns of CSV and TSV come from.
  /// - Throws: ``DocumentError`` naming the file and the line or document that is wrong.
  public static func read(
    _ path: String, limit: Int? = nil, header: SeparatedDocuments.Header = .firstRow
  ) throws(DocumentError) -> [TemplateDictionary] {
    switch form(of: path) {
    case "jsonl": try JSONDocuments.read(ByteLines(path: path, endsAtReturn: true), limit: limit)
    case "csv": try separated(path, ",", header)
    case "tsv": try separated(path, "\t", header)
    case "parquet": try parquet(path, limit: limit)
    case "json": try JSONDocuments.whole(ByteLines(path: path, endsAtReturn: true))
    default: try ArrowDocuments.read(try bytes(path), file: path)
    }
  }

  private static func separated(
    _ path: String, _ separator: Unicode.Scalar, _ header: SeparatedDocuments.Header
  ) throws(DocumentError) -> [TemplateDictionary] {
    try SeparatedDocuments.read(
      ByteLines(path: path, endsAtReturn: true), separator: UInt8(ascii: separator), header: header)
  }

  private static func parquet(_ path: String, limit: Int?) throws(DocumentError) -> [TemplateDictionary] {
    let bytes = try bytes(path)
    do throws(ParquetError) { return try ParquetFile(bytes).rows(limit: limit) } catch {
      throw DocumentError(.parquet(error), path: path)
    }
  }

  private static func bytes(_ path: String) throws(DocumentError) -> Data {
    guard FileManager.default.fileExists(atPath: path) else { throw DocumentError(.missing, path: path) }
    if let reason = fileFault(path) { throw DocumentError(.unreadable(reason: reason), path: path) }
    do { return try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) } catch {
      throw DocumentError(.unreadable(reason: systemReason(error)), path: path)
    }
  }
}
