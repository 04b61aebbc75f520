internal import Basics

/// A `tokenizer.json` as it stands in the file: the vocabulary read token by token, the small parts as JSON.
struct TokenizerFile {
  var parts: [String: JSONValue] = [:]
  /// What `model` holds besides vocabulary and merges.
  var model: [String: JSONValue] = [:]
  var vocabulary: [(token: String, id: Int)] = []
  /// The vocabulary of a model that gives each token a score; an id is a place in it.
  var scored: [(piece: String, score: Double)] = []
  var merges: [(left: String, right: String)] = []
  let path: String

  /// A file without content yet.
  init(path: String) { self.path = path }

  /// - Throws: ``TokenizerError`` naming `path` and the byte, if the file is no JSON or not of this form.
  init(_ bytes: [UInt8], path: String) throws(TokenizerError) {
    self.path = path
    do {
      var reader = JSONReader(bytes)
      try reader.members { (reader: inout JSONReader, name) throws(JSONError) in
        if name == "model" { try readModel(&reader) } else { parts[name] = try reader.value() }
      }
      try reader.expectEnd()
    } catch {
      throw TokenizerError(.noJSON(error, path: path))
    }
  }

  /// Reads a `vocab.json`: an object of tokens and ids.
  mutating func readVocabulary(_ bytes: [UInt8]) throws(TokenizerError) {
    do {
      var reader = JSONReader(bytes)
      try readVocabulary(&reader)
      try reader.expectEnd()
    } catch {
      throw TokenizerError(.noJSON(error, path: path))
    }
  }

  /// Reads a `merges.txt`: two tokens a line, after a line with a version.
  mutating func readMerges(lines text: String, path: String) throws(TokenizerError) {
    for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#version") {
      let words = line.split(separator: " ")
      guard words.count == 2 else {
        throw TokenizerError(
          .violation(
            .value("merge \(merges.count)", expected: "two tokens", found: "'\(line.prefix(40))'"),
            path: path,
            key: nil))
      }
      merges.append((String(words[0]), String(words[1])))
    }
  }

  private mutating func readModel(_ reader: inout JSONReader) throws(JSONError) {
    try reader.members { (reader: inout JSONReader, name) throws(JSONError) in
      switch name {
      case "vocab": try reader.kind() == .list ? readScored(&reader) : readVocabulary(&reader)
      case "merges": try readMerges(&reader)
      default: model[name] = try reader.value()
      }
    }
  }

  private mutating func readVocabulary(_ reader: inout JSONReader) throws(JSONError) {
    try reader.members { (reader: inout JSONReader, token) throws(JSONError) in
      guard let id = try reader.value().integer else {
        throw reader.failure(
          .violation(.value("the id of token '\(token.prefix(40))'", expected: "a whole number")))
      }
      vocabulary.append((token, id))
    }
  }

  private mutating func readScored(_ reader: inout JSONReader) throws(JSONError) {
    try reader.elements { (reader: inout JSONReader) throws(JSONError) in
      let value = try reader.value()
      guard let pair = value.list, pair.count == 2, let piece = pair[0].text, let score = pair[1].number
      else {
        throw reader.failure(
          .violation(.value("token \(scored.count)", expected: "a text and a score", found: "\(value)")))
      }
      scored.append((piece, score))
    }
  }

  private mutating func readMerges(_ reader: inout JSONReader) throws(JSONError) {
    try reader.elements { (reader: inout JSONReader) throws(JSONError) in
      let value = try reader.value()
      let words = value.text.map {
        $0.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      }
      guard let pair = words ?? value.list?.compactMap(\.text), pair.count == 2 else {
        throw reader.failure(
          .violation(.value("merge \(merges.count)", expected: "two tokens", found: "\(value)")))
      }
      merges.append((pair[0], pair[1]))
    }
  }

  /// The steps of a part that may be a Sequence of them, and where each stands: `decoder/decoders/1`.
  ///
  /// - Throws: ``TokenizerError`` for a part that is neither null nor an object with a type.
  func steps(_ part: String, members: String) throws(TokenizerError) -> [Step] {
    try steps(parts[part] ?? .null, place: part, members: members)
  }

  private func steps(_ value: JSONValue, place: String, members: String) throws(TokenizerError) -> [Step] {
    if value == .null { return [] }
    guard let fields = value.object, let kind = fields["type"]?.text else {
      throw failure(place, .value(expected: "an object with a 'type'", found: "\(value)"))
    }
    guard kind == "Sequence" else { return [Step(kind: kind, place: place, fields: fields, path: path)] }
    guard let list = fields[members]?.list else {
      throw failure(place, .missing("list '\(members)' of a Sequence"))
    }
    var all: [Step] = []
    for (number, member) in list.enumerated() {
      all += try steps(member, place: "\(place)/\(members)/\(number)", members: members)
    }
    return all
  }

  func failure(_ place: String, _ violation: Violation) -> TokenizerError {
    TokenizerError(.violation(violation, path: path, key: place))
  }

  /// One step of a part: its kind, its settings and where it stands.
  struct Step {
    let kind: String
    let place: String
    let fields: JSONObject
    let path: String

    func failure(_ violation: Violation) -> TokenizerError {
      TokenizerError(.violation(violation, path: path, key: place))
    }

    func unsupported(known: [String]) -> TokenizerError {
      TokenizerError(.unsupported(path: path, key: place, found: kind, supported: known))
    }

    func text(_ name: String) throws(TokenizerError) -> String {
      guard let text = fields[name]?.text else {
        throw failure(.value("'\(name)' of \(kind)", expected: "a text", found: "\(fields[name] ?? .null)"))
      }
      return text
    }

    /// - Returns: `fallback` where there is nothing or null.
    func bool(_ name: String, _ fallback: Bool) throws(TokenizerError) -> Bool {
      switch fields[name] ?? .null {
      case .null: return fallback
      case .bool(let bool): return bool
      case let value:
        throw failure(.value("'\(name)' of \(kind)", expected: "true or false", found: "\(value)"))
      }
    }

    /// A text of one character.
    func scalar(_ name: String) throws(TokenizerError) -> Unicode.Scalar {
      let text = try text(name)
      guard let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1 else {
        throw failure(
          .value("'\(name)' of \(kind)", expected: "one character", found: "'\(text.prefix(40))'"))
      }
      return scalar
    }

    /// The `pattern` of a step, a text or a regular expression.
    func pattern() throws(TokenizerError) -> TextPattern {
      let pattern = fields["pattern"]?.object
      if let text = pattern?["String"]?.text {
        guard !text.isEmpty else {
          throw failure(.value("'pattern' of \(kind)", expected: "a text that is not empty"))
        }
        return .literal(Array(text.utf8))
      }
      guard let expression = pattern?["Regex"]?.text else {
        throw failure(
          .value(
            "'pattern' of \(kind)", expected: "a 'String' or a 'Regex'",
            found: "\(fields["pattern"] ?? .null)"))
      }
      guard let pattern = TextPattern(regularExpression: expression) else {
        throw failure(
          .unsupported(
            "\(kind) by the regular expression '\(expression)'",
            supported: PreTokenPattern.allCases.map(\.rawValue) + ["letters", "runs such as ' {2,}'"]))
      }
      return pattern
    }
  }
}
