internal import Basics
internal import Foundation

/// The tokens that the files beside a `tokenizer.json` name or add.
///
/// `tokenizer_config.json` has them; in older folders, which have no `added_tokens_decoder` there, `special_tokens_map.json`
/// and `added_tokens.json` come on top.
struct TokenNames {
  /// The keys in the order in which transformers gives ids to those that a vocabulary lacks.
  static let keys = [
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
  ]
  private static let extraKeys = [
    "additional_special_tokens", "extra_special_tokens", "model_specific_special_tokens",
  ]

  /// By key.
  var texts: [String: String] = [:]
  /// Tokens without a key of their own, special unless they are added otherwise.
  private(set) var extra: [String] = []
  /// Tokens that are added, or say how one of the file is found, in the order of the ids that their file gives them.
  private(set) var added: [AddedToken] = []
  /// Whether `bos_token` and `eos_token` stand around every text, where the files say it.
  var addsBegin: Bool?
  var addsEnd: Bool?
  /// Whether spaces before punctuation go from an answer's text; of byte pairs only where the second is true too.
  private(set) var cleansSpaces = false
  private(set) var cleansSpacesOfBytePairs = false
  /// The class that transformers reads the folder with, without `Fast`.
  private(set) var tokenizerClass: String?

  /// - Parameter folder: Without the files, no tokens are named.
  init(folder: String) throws(TokenizerError) {
    let path = folder + "/tokenizer_config.json"
    let settings = try Self.object(in: path)
    try take(settings, in: path)
    addsBegin = try Self.flag("add_bos_token", settings, path)
    addsEnd = try Self.flag("add_eos_token", settings, path)
    let cleaning = "clean_up_tokenization_spaces"
    cleansSpaces = try Self.flag(cleaning, settings, path) ?? false
    cleansSpacesOfBytePairs =
      try Self.flag("\(cleaning)_for_bpe_even_though_it_will_corrupt_output", settings, path) ?? false
    tokenizerClass = settings?["tokenizer_class"]?.text.map {
      $0.hasSuffix("Fast") ? String($0.dropLast(4)) : $0
    }
    let decoderKey = "added_tokens_decoder"
    if let value = settings?[decoderKey], value != .null {
      guard let decoder = value.object else {
        throw Self.failure(path, decoderKey, .value(expected: "an object of tokens by id", found: "\(value)"))
      }
      added = try Self.tokens(decoder, path: path)
    } else {
      let older = folder + "/special_tokens_map.json"
      try take(try Self.object(in: older), in: older)
      added = try Self.addedTokens(in: folder)
    }
  }

  /// Takes named tokens on top of those that are known.
  private mutating func take(_ settings: JSONObject?, in path: String) throws(TokenizerError) {
    for key in Self.keys {
      guard let value = settings?[key], value != .null else { continue }
      guard let text = Self.text(value) else {
        throw Self.failure(
          path, key, .value(expected: "a text, or an object with 'content'", found: "\(value)"))
      }
      if !text.isEmpty { texts[key] = text }
    }
    for key in Self.extraKeys {
      guard let value = settings?[key] else { continue }
      let values = value.list ?? value.object.map { object in object.names.compactMap { object[$0] } } ?? []
      extra += values.compactMap(Self.text).filter { !$0.isEmpty && !extra.contains($0) }
    }
  }

  private static func flag(_ name: String, _ settings: JSONObject?, _ path: String) throws(TokenizerError)
    -> Bool?
  {
    guard let value = settings?[name], value != .null else { return nil }
    guard let flag = value.bool else {
      throw failure(path, name, .value(expected: "true or false", found: "\(value)"))
    }
    return flag
  }

  /// A token's text, alone or beside how it is found.
  private static func text(_ value: JSONValue?) -> String? { value?.text ?? value?.object?["content"]?.text }

  private static func object(in path: String) throws(TokenizerError) -> JSONObject? {
    guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
    do throws(JSONError) {
      guard let object = try JSONValue(Array(bytes), options: .python).object else {
        throw JSONError(.notAnObject, offset: 0)
      }
      return object
    } catch {
      throw TokenizerError(.noJSON(error, path: path))
    }
  }

  private static func failure(_ path: String, _ key: String, _ violation: Violation) -> TokenizerError {
    TokenizerError(.violation(violation, path: path, key: key))
  }

  /// The members of `added_tokens_decoder`: tokens by id.
  private static func tokens(_ decoder: JSONObject, path: String) throws(TokenizerError) -> [AddedToken] {
    var tokens: [AddedToken] = []
    for name in decoder.names {
      guard let entry = decoder[name]?.object, let text = entry["content"]?.text, let id = Int32(name),
        id >= 0
      else {
        throw failure(path, "added_tokens_decoder/\(name)", .value(expected: "'content', under an id"))
      }
      tokens.append(try AddedToken(id: id, text: text, entry, at: "added_tokens_decoder/\(name)", of: path))
    }
    return tokens.filter { !$0.text.isEmpty }.sorted { $0.id < $1.id }
  }

  /// `added_tokens.json`: tokens and their ids.
  static func addedTokens(in folder: String) throws(TokenizerError) -> [AddedToken] {
    let path = folder + "/added_tokens.json"
    let entries = try object(in: path)
    var tokens: [AddedToken] = []
    for name in entries?.names ?? [] {
      guard let id = entries?[name]?.integer, (0..<1 << 24).contains(id) else {
        throw failure(
          path, name, .value(expected: "an id below 2^24", found: "\(entries?[name] ?? .null)"))
      }
      var token = AddedToken(id: Int32(id), text: name)
      (token.isSpecial, token.isNormalized) = (false, true)
      tokens.append(token)
    }
    return tokens.sorted { $0.id < $1.id }
  }
}

extension AddedToken {
  /// A token with the properties that an entry of a Hugging Face file gives it.
  ///
  /// - Throws: ``TokenizerError`` for one that is neither true nor false.
  init(id: Int32, text: String, _ entry: JSONObject, at place: String, of path: String) throws(TokenizerError)
  {
    func flag(_ name: String, _ fallback: Bool) throws(TokenizerError) -> Bool {
      guard let value = entry[name], value != .null else { return fallback }
      guard let flag = value.bool else {
        throw TokenizerError(
          .violation(
            .value(expected: "true or false", found: "\(value)"), path: path, key: "\(place)/\(name)"))
      }
      return flag
    }
    self.init(id: id, text: text)
    isSpecial = try flag("special", false)
    isNormalized = try flag("normalized", !isSpecial)
    stripsLeft = try flag("lstrip", false)
    stripsRight = try flag("rstrip", false)
    isSingleWord = try flag("single_word", false)
  }
}
