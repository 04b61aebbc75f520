internal import Basics
internal import Weights

/// The vocabulary in a GGUF file's metadata, as it stands there.
struct VocabularyFile: RoledVocabulary {
  let path: String
  let tokens: [String]
  /// One for each token.
  let roles: [TokenRole]
  private let values: [String: GGUFValue]

  /// - Throws: ``TokenizerError`` naming the file and the metadata that is missing or wrong.
  init(path: String) throws(TokenizerError) {
    do throws(WeightsError) {
      let file = try GGUFFile(path: path)
      self.path = path
      values = file.values
      guard let tokens = try values["tokenizer.ggml.tokens"]?.array?.texts() else {
        throw WeightsError(.noVocabulary(key: "tokenizer.ggml.tokens"), path: path)
      }
      self.tokens = tokens
      roles = try Self.roles(values["tokenizer.ggml.token_type"], count: tokens.count, path: path)
    } catch {
      throw TokenizerError(.weights(error))
    }
  }

  private static func roles(_ value: GGUFValue?, count: Int, path: String) throws(WeightsError) -> [TokenRole]
  {
    guard let value else { return Array(repeating: .normal, count: count) }
    guard let numbers = try value.array?.integers(), numbers.count == count else {
      throw WeightsError(
        .violation(
          .value("'tokenizer.ggml.token_type'", expected: "one number for each of \(count) tokens")),
        path: path)
    }
    var roles: [TokenRole] = []
    for (id, number) in numbers.enumerated() {
      guard let role = TokenRole(rawValue: number) else {
        throw WeightsError(
          .violation(
            .value("'tokenizer.ggml.token_type' of token \(id)", expected: "1 to 6", found: "\(number)")),
          path: path)
      }
      roles.append(role)
    }
    return roles
  }

  /// A text of the metadata, such as `model` and `pre`.
  func text(_ name: String) throws(TokenizerError) -> String? { try value(name, "a text") { $0.text } }

  func bool(_ name: String) throws(TokenizerError) -> Bool? { try value(name, "true or false") { $0.bool } }

  /// A value of the type that llama.cpp reads it as, which refuses others.
  private func value<Value>(_ name: String, _ expected: String, _ read: (GGUFValue) -> Value?)
    throws(TokenizerError) -> Value?
  {
    guard let value = values["tokenizer.ggml.\(name)"] else { return nil }
    guard let content = read(value) else {
      throw failure(.value("'tokenizer.ggml.\(name)'", expected: expected, found: "\(value)"))
    }
    return content
  }

  /// A list of texts.
  func texts(_ name: String) throws(TokenizerError) -> [String] {
    do {
      if let texts = try values["tokenizer.ggml.\(name)"]?.array?.texts() { return texts }
    } catch {
      throw TokenizerError(.weights(error))
    }
    throw failure(.value("'tokenizer.ggml.\(name)'", expected: "a list of texts"))
  }

  /// A list of numbers, one for each token.
  func numbers(_ name: String) throws(TokenizerError) -> [Double] {
    do {
      if let numbers = try values["tokenizer.ggml.\(name)"]?.array?.numbers(), numbers.count == tokens.count,
        numbers.allSatisfy(\.isFinite)
      {
        return numbers
      }
    } catch {
      throw TokenizerError(.weights(error))
    }
    throw failure(
      .value("'tokenizer.ggml.\(name)'", expected: "a number for each of \(tokens.count) tokens"))
  }

  /// An id such as `bos_token_id`, or `nil` where the file has none.
  func id(_ name: String) throws(TokenizerError) -> Int32? {
    guard let id = try value(name, "a whole number", { $0.integer }) else { return nil }
    guard tokens.indices.contains(id) else {
      throw failure(
        .value("'tokenizer.ggml.\(name)'", expected: "an id of 0 ..< \(tokens.count)", found: "\(id)"))
    }
    return Int32(id)
  }

  /// An id that is no token, which llama.cpp takes for none, is `nil`.
  func idOfToken(_ name: String) throws(TokenizerError) -> Int32? {
    guard let id = try value(name, "a whole number", { $0.integer }) else { return nil }
    return tokens.indices.contains(id) ? Int32(id) : nil
  }

  func failure(_ violation: Violation) -> TokenizerError {
    TokenizerError(.violation(violation, path: path, key: nil))
  }
}
