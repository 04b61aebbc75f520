public import Basics

/// A text without ids, ids without a text, or a tokenizer that does not exist: facts, and one sentence made of them.
public struct TokenizerError: ReportableError, Equatable {
  public enum Kind: Sendable, Equatable {
    /// An id that is not below the size of the vocabulary.
    case outsideVocabulary(id: Int32, position: Int, vocabularySize: Int)
    /// An id below the size of the vocabulary that no token has.
    case unused(id: Int32, position: Int, tokenizer: String)
    /// A word that the trivial tokenizer cannot read as an id.
    case notAnID(String)
    /// A name, of a backend or an encoding, that is none of the supported ones; `place` is the setting, if there is one.
    case unknown(what: String, name: String, place: String?, supported: [String])
    /// A setting with a value that is never allowed.
    case refused(setting: String, reason: String)
    /// A file that is needed and not there.
    case missing(path: String, reason: String)
    /// A file that is not what it should be; `key` is the place in it, where one is known.
    case damaged(path: String, key: String?, reason: String)
    /// A file that asks for what is not implemented.
    case unsupported(path: String, key: String, found: String, supported: [String])
  }

  public let kind: Kind

  public init(_ kind: Kind) { self.kind = kind }

  /// The file at fault.
  public var path: String? {
    switch kind {
    case .missing(let path, _), .damaged(let path, _, _), .unsupported(let path, _, _, _): path
    default: nil
    }
  }

  /// The key of a setting, or the place in the file: `pre_tokenizer/pretokenizers/1`.
  public var key: String? {
    switch kind {
    case .damaged(_, let key, _): key
    case .unsupported(_, let key, _, _), .refused(let key, _): key
    case .unknown(_, _, let place, _): place
    default: nil
    }
  }

  /// What is there and should not be.
  public var found: String? {
    switch kind {
    case .outsideVocabulary(let id, _, _), .unused(let id, _, _): String(id)
    case .notAnID(let word): word
    case .unknown(_, let name, _, _): name
    case .unsupported(_, _, let found, _): found
    default: nil
    }
  }

  /// All names that may stand in place of ``found``.
  public var supported: [String] {
    switch kind {
    case .unknown(_, _, _, let supported), .unsupported(_, _, _, let supported): supported
    default: []
    }
  }

  /// The supported name that is nearest to ``found``.
  public var nearest: String? { found.flatMap { nearestName(to: $0, among: supported) } }

  public var fault: Fault {
    switch kind {
    case .unknown, .refused: .usage
    case .missing: .missingInput
    case .outsideVocabulary, .unused, .notAnID, .damaged, .unsupported: .badData
    }
  }

  public var description: String {
    let names = supported.map { "'\($0)'" }.joined(separator: ", ")
    switch kind {
    case .outsideVocabulary(let id, let position, let size):
      return
        "token id \(id) at position \(position) is outside the vocabulary 0 ..< \(size) of the tokenizer"
    case .unused(let id, let position, let tokenizer):
      return "token id \(id) at position \(position) is not used by the tokenizer '\(tokenizer)'"
    case .notAnID(let word): return "the trivial tokenizer reads ids separated by spaces, found '\(word)'"
    case .unknown(let what, let name, let place, _):
      let setting = place.map { " in setting '\($0)'" } ?? ""
      return "unknown \(what) '\(name)'\(setting), supported are \(names)\(suggestion(nearest))"
    case .refused(let setting, let reason): return "setting '\(setting)' \(reason)"
    case .missing(_, let reason): return reason
    case .damaged(let path, let key, let reason):
      return "'\(path)': " + (key.map { "\($0): " } ?? "") + reason
    case .unsupported(let path, let key, let found, _):
      return "'\(path)': \(key): '\(found)' is not supported, only \(names)"
    }
  }
}
