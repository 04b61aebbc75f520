public import Basics
public import Weights

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
    case refused(setting: String, Violation)
    /// Neither a folder with a `tokenizer.json` nor such a file.
    case missing(path: String)
    /// A file that is there and cannot be read.
    case unreadable(path: String, reason: String)
    /// A folder without the files of any tokenizer; `beside` are those in it that look like parts of one.
    case noTokenizer(folder: String, beside: [String])
    /// The rank file of an encoding of tiktoken is in none of the places where it may be.
    case noRanks(encoding: String, places: [String])
    /// A server that holds the tokenizer does not answer as it should.
    case unreachable(server: String, ErrorCause)
    /// A file that is no JSON, or not of its form.
    case noJSON(JSONError, path: String)
    /// A file of weights, in which the vocabulary stands, that cannot be read.
    case weights(WeightsError)
    /// A file that is not of its form; `key` is the place in it, where one is known.
    case violation(Violation, path: String, key: String?)
    /// A file that asks for what is not implemented.
    case unsupported(path: String, key: String, found: String, supported: [String])
  }

  public let kind: Kind

  public init(_ kind: Kind) { self.kind = kind }

  /// The file at fault.
  public var path: String? {
    switch kind {
    case .missing(let path), .unreadable(let path, _), .violation(_, let path, _), .noJSON(_, let path),
      .unsupported(let path, _, _, _):
      path
    case .noTokenizer(let folder, _): folder + "/tokenizer.json"
    case .noRanks(_, let places): places.first
    case .unreachable(let server, _): server
    case .weights(let error): error.path
    default: nil
    }
  }

  /// The key of a setting, or the place in the file: `pre_tokenizer/pretokenizers/1`.
  public var key: String? {
    switch kind {
    case .violation(_, _, let key): key
    case .weights(let error): error.key
    case .unsupported(_, let key, _, _), .refused(let key, _): key
    case .unknown(_, _, let place, _): place
    default: nil
    }
  }

  /// What would have been right, where it is not a matter of names.
  public var expected: String? {
    switch kind {
    case .refused(_, let violation), .violation(let violation, _, _): violation.expected
    case .noJSON(let error, _): error.expected
    case .weights(let error): error.expected
    default: nil
    }
  }

  /// What is there and should not be.
  public var found: String? {
    switch kind {
    case .refused(_, let violation), .violation(let violation, _, _): violation.found
    case .noJSON(let error, _): error.found
    case .weights(let error): error.found
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
    case .missing, .unreadable, .noTokenizer, .noRanks, .unreachable: .missingInput
    case .outsideVocabulary, .unused, .notAnID, .noJSON, .weights, .violation, .unsupported: .badData
    }
  }

  public var description: String {
    let names = quotedList(supported)
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
    case .refused(let setting, let violation): return "setting '\(setting)': \(violation)"
    case .noJSON(let error, let path): return "'\(path)': \(error)"
    case .weights(let error): return "\(error)"
    case .violation(let violation, let path, let key):
      return "'\(path)': " + (key.map { "\($0): " } ?? "") + "\(violation)"
    case .missing, .unreadable, .noTokenizer, .noRanks, .unreachable: return missingSentence
    case .unsupported(let path, let key, let found, _):
      return "'\(path)': \(key): '\(found)' is not supported, only \(names)"
    }
  }

  private var missingSentence: String {
    switch kind {
    case .missing(let path): return "tokenizer '\(path)' is no folder with a tokenizer.json and no such file"
    case .unreadable(let path, let reason): return "cannot read '\(path)': \(reason)"
    case .noTokenizer(let folder, let files):
      let found =
        files.isEmpty ? "nothing of a tokenizer" : quotedList(files)
      return
        "folder '\(folder)' has no 'tokenizer.json', nor 'vocab.json' and 'merges.txt' of a GPT-2, nor a 'tokenizer.model'; "
        + "it has \(found); a tiktoken file becomes one when transformers loads and saves the tokenizer"
    case .noRanks(let encoding, let places):
      return
        "the rank file of tiktoken encoding '\(encoding)' is not there, looked for \(places.joined(separator: ", "))"
    case .unreachable(_, let cause): return "\(cause)"
    default: return ""
    }
  }
}
