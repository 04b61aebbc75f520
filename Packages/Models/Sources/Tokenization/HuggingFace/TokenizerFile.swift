internal import Weights

/// A `tokenizer.json` as it stands in the file: the vocabulary read token by token, the small parts as JSON.
struct TokenizerFile {
  var parts: [String: JSONValue] = [:]
  /// What `model` holds besides vocabulary and merges.
  var model: [String: JSONValue] = [:]
  var vocabulary: [(token: String, id: Int)] = []
  var merges: [(left: String, right: String)] = []
  let path: String

  /// - Throws: ``TokenizerError`` naming `path` and the byte, if the file is no JSON or not of this form.
  init(_ bytes: [UInt8], path: String) throws(TokenizerError) {
    self.path = path
    do {
      var reader = JSONReader(bytes, path: path)
      try reader.members { (reader: inout JSONReader, name) throws(WeightsError) in
        if name == "model" { try readModel(&reader) } else { parts[name] = try reader.value() }
      }
      try reader.expectEnd()
    } catch {
      throw TokenizerError("\(error)")
    }
  }

  private mutating func readModel(_ reader: inout JSONReader) throws(WeightsError) {
    try reader.members { (reader: inout JSONReader, name) throws(WeightsError) in
      switch name {
      case "vocab": try readVocabulary(&reader)
      case "merges": try readMerges(&reader)
      default: model[name] = try reader.value()
      }
    }
  }

  private mutating func readVocabulary(_ reader: inout JSONReader) throws(WeightsError) {
    try reader.members { (reader: inout JSONReader, token) throws(WeightsError) in
      guard let id = try reader.value().integer else {
        throw reader.failure("the id of token '\(token.prefix(40))' is no whole number")
      }
      vocabulary.append((token, id))
    }
  }

  private mutating func readMerges(_ reader: inout JSONReader) throws(WeightsError) {
    try reader.elements { (reader: inout JSONReader) throws(WeightsError) in
      let value = try reader.value()
      let words = value.text.map {
        $0.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      }
      guard let pair = words ?? value.list?.compactMap(\.text), pair.count == 2 else {
        throw reader.failure("merge \(merges.count) is not two tokens: \(value)")
      }
      merges.append((pair[0], pair[1]))
    }
  }
}
