public import Foundation
public import Templating

/// Documents as JSON: one a line, or all in one list.
///
/// `NaN`, `Infinity` and `-Infinity`, which Python writes, are numbers; a whole number of more than 64 bits is the text of
/// its digits, since a float would be another number.
public enum JSONDocuments {
  /// The documents of lines, of which blank ones are none.
  ///
  /// - Throws: ``DocumentError`` naming the line that holds no object.
  public static func lines(_ bytes: Data, file: String, limit: Int?) throws(DocumentError)
    -> [TemplateDictionary]
  {
    try read(ByteLines(bytes, path: file, endsAtReturn: true), limit: limit)
  }

  /// - Parameter limit: How many documents are read at most.
  /// - Throws: ``DocumentError`` naming the line that holds no object.
  public static func read(_ lines: ByteLines, limit: Int? = nil) throws(DocumentError)
    -> [TemplateDictionary]
  {
    var lines = lines
    var documents: [TemplateDictionary] = []
    while limit.map({ documents.count < $0 }) ?? true, let document = try next(&lines) {
      documents.append(document)
    }
    return documents
  }

  /// The object of the next line that is not blank; `nil` after the last.
  ///
  /// - Throws: ``DocumentError`` naming the line that holds no object.
  public static func next(_ lines: inout ByteLines) throws(DocumentError) -> TemplateDictionary? {
    while let line = try lines.next() {
      guard !ByteLines.isBlank(line) else { continue }
      let place = DocumentError.Place.line(lines.number)
      let text = try lines.text(line)
      let value: TemplateValue
      do throws(TemplateError) { value = try TemplateValue(json: text) } catch {
        throw DocumentError(.noJSON("expected a JSON object: \(error)"), path: lines.path, at: place)
      }
      return try document(value, lines.path, place)
    }
    return nil
  }

  /// A list of documents, a mapping that has one under `data`, or what is written as lines all the same.
  ///
  /// - Throws: ``DocumentError`` naming the document that is none.
  public static func whole(_ bytes: Data, file: String) throws(DocumentError) -> [TemplateDictionary] {
    var lines = ByteLines(bytes, path: file, endsAtReturn: true)
    if let first = try? next(&lines) {
      if let second = try next(&lines) { return [first, second] + (try read(lines)) }
      if let list = first["data"], case .list(let elements) = list { return try documents(elements, file) }
      return [first]
    }
    guard let text = String(validating: bytes.withoutByteOrderMark, as: UTF8.self) else {
      throw DocumentError(.notUTF8, path: file)
    }
    var list: TemplateValue
    do { list = try TemplateValue(json: text) } catch { throw DocumentError(.noJSON("\(error)"), path: file) }
    if case .dictionary(let mapping) = list {
      guard let data = mapping["data"] else { return [mapping] }
      list = data
    }
    guard case .list(let elements) = list else {
      throw DocumentError(.unexpected(expected: "a list of documents", found: nil), path: file)
    }
    return try documents(elements, file)
  }

  private static func documents(_ elements: [TemplateValue], _ file: String) throws(DocumentError)
    -> [TemplateDictionary]
  {
    var documents: [TemplateDictionary] = []
    for element in elements { documents.append(try document(element, file, .document(documents.count))) }
    return documents
  }

  private static func document(_ value: TemplateValue, _ file: String, _ place: DocumentError.Place)
    throws(DocumentError) -> TemplateDictionary
  {
    guard case .dictionary(let document) = value else {
      throw DocumentError(
        .unexpected(expected: "a JSON object with named fields", found: value.kindOfJSON), path: file,
        at: place)
    }
    return document
  }
}

extension TemplateValue {
  /// What JSON calls it, with an article.
  public var kindOfJSON: String {
    switch self {
    case .null, .undefined: "null"
    case .boolean(let value): "\(value)"
    case .integer, .float: "a number"
    case .string: "a text"
    case .list, .tuple, .iterable: "a list"
    case .dictionary, .object: "an object"
    }
  }
}

extension Data {
  /// The bytes of a text without the mark of its encoding.
  fileprivate var withoutByteOrderMark: Data { starts(with: [0xEF, 0xBB, 0xBF]) ? dropFirst(3) : self }
}
