internal import Basics
internal import Configurate
internal import Foundation

extension SubwordTokenizer {
  /// A tokenizer of tiktoken.
  ///
  /// Its rank file is looked for where tiktoken keeps it: in `TIKTOKEN_CACHE_DIR`, else `DATA_GYM_CACHE_DIR`, else
  /// `data-gym-cache` in the temporary folder; under tiktoken's name for it, or as `NAME.tiktoken`.
  ///
  /// - Parameter name: `cl100k_base`, `o200k_base`, or the path of a rank file of one of these names.
  /// - Throws: ``TokenizerError`` for another name, a missing file, or one that is not a rank file.
  public convenience init(tiktoken name: String) throws(TokenizerError) {
    let stem = ((name as NSString).lastPathComponent as NSString).deletingPathExtension
    guard let encoding = TiktokenEncoding.all.first(where: { $0.name == stem }) else {
      let supported = TiktokenEncoding.all.map(\.name)
      throw TokenizerError(
        .unknown(what: "tiktoken encoding", name: name, place: nil, supported: supported))
    }
    let places = name == stem ? Self.cachePlaces(of: encoding) : [name]
    for path in places {
      if let reason = fileFault(path) { throw TokenizerError(.unreadable(path: path, reason: reason)) }
    }
    guard let path = places.first(where: FileManager.default.fileExists),
      let bytes = FileManager.default.contents(atPath: path)
    else {
      throw TokenizerError(.noRanks(encoding: encoding.name, places: places))
    }
    let ranks = try TiktokenRanks(Array(bytes), path: path)
    guard ranks.count == encoding.rankCount else {
      throw ranks.failure(
        .value("ranks of \(encoding.name)", expected: "\(encoding.rankCount)", found: "\(ranks.count)"))
    }
    self.init(try ranks.definition(of: encoding))
  }

  private static func cachePlaces(of encoding: TiktokenEncoding) -> [String] {
    let environment = ProcessInfo.processInfo.environment
    let folder =
      environment["TIKTOKEN_CACHE_DIR"] ?? environment["DATA_GYM_CACHE_DIR"]
      ?? NSTemporaryDirectory() + "data-gym-cache"
    return ["\(folder)/\(encoding.cacheName)", "\(folder)/\(encoding.name).tiktoken"]
  }
}

/// A rank file: on each line the bytes of a token in base64, and its rank, which is its id.
struct TiktokenRanks {
  private var tokens: [(bytes: [UInt8], rank: Int)] = []
  private let path: String

  init(_ bytes: [UInt8], path: String) throws(TokenizerError) {
    self.path = path
    for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
      let words = line.split(separator: UInt8(ascii: " "))
      guard words.count == 2, let token = Data(base64Encoded: Data(words[0])), !token.isEmpty,
        let rank = Int(String(decoding: words[1], as: UTF8.self).filter { $0 != "\r" })
      else { throw failure(.value("line \(number + 1)", expected: "a token in base64 and a rank")) }
      tokens.append((Array(token), rank))
    }
  }

  var count: Int { tokens.count }

  func failure(_ violation: Violation) -> TokenizerError {
    TokenizerError(.violation(violation, path: path, key: nil))
  }

  func definition(of encoding: TiktokenEncoding) throws(TokenizerError) -> SubwordTokenizer.Definition {
    var vocabulary = BytePairVocabulary(capacity: tokens.count)
    for (bytes, rank) in tokens {
      guard vocabulary.add(bytes, id: rank) else {
        throw failure(.repeatedToken(String(decoding: bytes, as: UTF8.self), id: rank))
      }
    }
    guard vocabulary.missingBytes.isEmpty else {
      throw failure(.missing("rank of the single bytes \(vocabulary.missingBytes)"))
    }
    vocabulary.mergeByID()
    vocabulary.prefersWholePieces = true
    return SubwordTokenizer.Definition(
      model: .bytePairs(vocabulary), preTokenizer: PreTokenizer(steps: [.pattern(encoding.pattern)]),
      addedTokens: encoding.special.map { AddedToken(id: $0.id, text: $0.text) }, isByteLevel: true,
      readsAddedFirst: false, eotToken: encoding.endOfText, name: "tiktoken \(encoding.name)")
  }
}
