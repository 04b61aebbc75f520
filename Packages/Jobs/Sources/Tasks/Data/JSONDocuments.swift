import Foundation
import Templating

/// Documents as JSON: one a line, or all in one list.
enum JSONDocuments {
  static func lines(_ bytes: Data, file: String, limit: Int?) throws(TaskError) -> [TemplateDictionary] {
    var documents: [TemplateDictionary] = []
    var number = 0
    var rest = bytes[...]
    while !rest.isEmpty, limit.map({ documents.count < $0 }) ?? true {
      number += 1
      let line = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = rest[min(line.endIndex + 1, rest.endIndex)...]
      guard line.contains(where: { ![0x20, 0x09, 0x0D].contains($0) }) else { continue }
      documents.append(try document(value(line, "'\(file)', line \(number)"), "'\(file)', line \(number)"))
    }
    return documents
  }

  /// A list of documents, a mapping that has one under `data`, or what is written as lines all the same.
  static func whole(_ bytes: Data, file: String) throws(TaskError) -> [TemplateDictionary] {
    if let first = bytes.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }), first == UInt8(ascii: "{"),
      let lines = try? lines(bytes, file: file, limit: nil)
    {
      return lines
    }
    var list = try value(bytes[...], "'\(file)'")
    if case .dictionary(let mapping) = list, let data = mapping["data"] { list = data }
    guard case .list(let elements) = list else {
      throw .badData("'\(file)': expected a list of documents")
    }
    var documents: [TemplateDictionary] = []
    for element in elements {
      documents.append(try document(element, "'\(file)', document \(documents.count)"))
    }
    return documents
  }

  private static func value(_ bytes: Data, _ place: String) throws(TaskError) -> TemplateValue {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .badData("\(place): not UTF-8") }
    do { return try TemplateValue(json: text) } catch { throw .badData("\(place): \(error)") }
  }

  private static func document(_ value: TemplateValue, _ place: String) throws(TaskError)
    -> TemplateDictionary
  {
    guard case .dictionary(let document) = value else {
      throw .badData("\(place): a document must be an object with named fields")
    }
    return document
  }
}
