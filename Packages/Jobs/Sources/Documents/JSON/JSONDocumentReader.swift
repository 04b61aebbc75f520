import Basics
public import Templating

/// Documents of JSON, one after the other: objects on lines, several on a line or one over several lines, or the elements of
/// one list, as the `datasets` library reads files of JSON whatever they are called.
///
/// `NaN`, `Infinity` and `-Infinity`, which Python writes, are numbers; a whole number of more than 64 bits is the text of
/// its digits, since a float would be another number. Half a surrogate pair, which no text can hold, is an error.
public struct JSONDocumentReader {
  /// What may come next.
  private enum State {
    case beginning, lines, firstElement, element, separator, end
  }

  private var source: ByteLines
  /// The bytes from the line on in which the last document began, as far as they were read.
  private var buffer: [UInt8] = []
  private var reader = JSONReader([])
  /// Where lines begin in the buffer; the first may have begun before it.
  private var marks: [(offset: Int, line: Int)] = []
  private var state = State.beginning
  private var count = 0
  /// The line on which the last document begins, from 1.
  public private(set) var line = 0

  public init(_ source: ByteLines) { self.source = source }

  /// How many bytes of the file were read.
  public var bytesRead: Int { source.bytesRead }

  /// The next document; `nil` after the last.
  ///
  /// - Throws: ``DocumentError`` naming the line where something else than a document stands.
  public mutating func next() throws(DocumentError) -> TemplateDictionary? {
    while true {
      if reader.isAtEnd(), try more() { continue }
      switch state {
      case .beginning: state = reader.take(UInt8(ascii: "[")) ? .firstElement : .lines
      case .firstElement where reader.take(UInt8(ascii: "]")),
        .separator where reader.take(UInt8(ascii: "]")):
        state = .end
      case .separator where reader.take(UInt8(ascii: ",")): state = .element
      case .separator: throw error(reader.unexpected("',' or an end"))
      case .end, .lines:
        if reader.isAtEnd() { return nil }
        guard case .lines = state else { throw error(reader.unexpected("the end")) }
        return try document()
      case .firstElement, .element:
        let document = try document()
        state = .separator
        return document
      }
    }
  }

  private mutating func document() throws(DocumentError) -> TemplateDictionary {
    line = mark(of: reader.offset).line
    let value = try value()
    defer { count += 1 }
    if case .dictionary(let document) = value { return document }
    let place: DocumentError.Place
    if case .lines = state { place = .line(line) } else { place = .document(count) }
    throw DocumentError(
      .violation(.value(expected: "a JSON object with named fields", found: value.kindOfJSON)),
      path: source.path,
      at: place)
  }

  /// The value that begins at the next byte, for which more lines are read until it ends.
  private mutating func value() throws(DocumentError) -> TemplateValue {
    while true {
      var attempt = reader
      do throws(JSONError) {
        let value = try TemplateValue(json: &attempt)
        reader = attempt
        return value
      } catch {
        guard error.offset == buffer.count, try more() else { throw self.error(error) }
      }
    }
  }

  /// Reads on: a line, or as many bytes more as there are, so that a value of many lines is read in linear time.
  private mutating func more() throws(DocumentError) -> Bool {
    let rest = buffer.count - reader.offset
    var (added, marks) = ([UInt8](), rest == 0 ? [] : marks(from: reader.offset))
    while added.count <= rest, let line = try source.next() {
      marks.append((rest + added.count, source.number))
      added += line
    }
    guard !added.isEmpty else { return false }
    buffer.removeFirst(reader.offset)
    buffer += added
    self.marks = marks
    reader = JSONReader(buffer, options: Self.options)
    return true
  }

  private static let options: JSONReader.Options = {
    var options = JSONReader.Options.values
    options.repairsSurrogates = false
    return options
  }()

  /// The marks that are needed from a byte on, counted from it.
  private func marks(from offset: Int) -> [(offset: Int, line: Int)] {
    let first = marks.lastIndex { $0.offset <= offset } ?? 0
    return marks[first...].map { ($0.offset - offset, $0.line) }
  }

  private func mark(of offset: Int) -> (offset: Int, line: Int) {
    marks.last { $0.offset <= offset } ?? (0, source.number)
  }

  private func error(_ error: JSONError) -> DocumentError {
    let mark = mark(of: error.offset)
    let end = marks.first { $0.offset > mark.offset }?.offset ?? buffer.count
    guard String(validating: buffer[max(mark.offset, 0)..<end], as: UTF8.self) != nil else {
      return DocumentError(.notUTF8, path: source.path, at: .line(mark.line))
    }
    let here = JSONError(error.kind, offset: error.offset - mark.offset)
    return DocumentError(.noJSON(here), path: source.path, at: .line(mark.line))
  }
}
