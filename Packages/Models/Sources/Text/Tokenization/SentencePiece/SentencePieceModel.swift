internal import Basics

/// A `tokenizer.model` of SentencePiece.
///
/// - Source: google/sentencepiece, src/sentencepiece_model.proto.
struct SentencePieceModel: RoledVocabulary {
  let path: String
  private(set) var tokens: [String] = []
  private(set) var roles: [TokenRole] = []
  private var scores: [Double] = []
  /// 1 for Unigram, 2 for byte pairs.
  private var kind = 1
  private var fallsBackToBytes = false
  private var ids = (unknown: 0, begin: 1, end: 2)
  private var addsSpace = true
  /// Settings that change a text before it is cut, and are not implemented.
  private var unsupported: [String] = []

  /// - Throws: ``TokenizerError`` for what is no such file, or asks for what is not implemented.
  init(_ bytes: [UInt8], path: String) throws(TokenizerError) {
    self.path = path
    do throws(ByteError) {
      var reader = ProtobufReader(bytes[...])
      var collapsesSpaces = true  // as the format has it where a file says nothing
      while let (field, value) = try reader.next() {
        guard case .bytes(let message) = value else { continue }
        switch field {
        case 1: try readPiece(message)
        case 2: try readTrainer(message)
        case 3: try readNormalizer(message, &collapsesSpaces)
        default: break
        }
      }
      if collapsesSpaces { unsupported.append("remove_extra_whitespaces") }
    } catch {
      throw failure(.value(expected: "a model of SentencePiece"))
    }
    guard !tokens.isEmpty else { throw failure(.missing("tokens of a model of SentencePiece")) }
    guard unsupported.isEmpty else {
      throw TokenizerError(
        .unsupported(
          path: path, key: "normalizer_spec", found: unsupported.joined(separator: ", "),
          supported: ["texts as they are"]))
    }
  }

  private mutating func readPiece(_ message: ArraySlice<UInt8>) throws(ByteError) {
    var reader = ProtobufReader(message)
    var (piece, score, role) = ("", Float(0), TokenRole.normal)
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (1, .bytes(let bytes)):
        guard let text = String(validating: bytes, as: UTF8.self) else { throw ByteError() }
        piece = text
      case (2, .fixed(let bits)): score = Float(bitPattern: bits)
      case (3, .integer(let number)):
        guard let known = TokenRole(rawValue: Int(clamping: number)) else { throw ByteError() }
        role = known
      default: break
      }
    }
    guard score.isFinite else { throw ByteError() }
    tokens.append(piece)
    scores.append(Double(score))
    roles.append(role)
  }

  private mutating func readTrainer(_ message: ArraySlice<UInt8>) throws(ByteError) {
    var reader = ProtobufReader(message)
    while let (field, value) = try reader.next() {
      guard case .integer(let number) = value else { continue }
      let integer = Int(Int32(truncatingIfNeeded: number))
      switch field {
      case 3: kind = integer
      case 24: if integer != 0 { unsupported.append("treat_whitespace_as_suffix") }
      case 35: fallsBackToBytes = integer != 0
      case 40: ids.unknown = integer
      case 41: ids.begin = integer
      case 42: ids.end = integer
      default: break
      }
    }
  }

  private mutating func readNormalizer(_ message: ArraySlice<UInt8>, _ collapsesSpaces: inout Bool)
    throws(ByteError)
  {
    var reader = ProtobufReader(message)
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (2, .bytes(let map)): if !map.isEmpty { unsupported.append("precompiled_charsmap") }
      case (3, .integer(let number)): addsSpace = number != 0
      case (4, .integer(let number)): collapsesSpaces = number != 0
      case (5, .integer(let number)): if number == 0 { unsupported.append("escape_whitespaces") }
      default: break
      }
    }
  }

  func failure(_ violation: Violation) -> TokenizerError {
    TokenizerError(.violation(violation, path: path, key: nil))
  }

  /// The texts of the tokens that it names, by the keys of a `tokenizer_config.json`.
  var names: [String: String] {
    let named = ["unk_token": ids.unknown, "bos_token": ids.begin, "eos_token": ids.end]
    return named.compactMapValues { tokens.indices.contains($0) ? tokens[$0] : nil }
  }

  func definition() throws(TokenizerError) -> SubwordTokenizer.Definition {
    var definition: SubwordTokenizer.Definition
    switch kind {
    case 1:
      guard tokens.indices.contains(ids.unknown) else {
        throw failure(
          .value("'unk_id'", expected: "an id of 0 ..< \(tokens.count)", found: "\(ids.unknown)"))
      }
      let vocabulary = UnigramVocabulary(
        zip(tokens, scores).map { ($0, $1) }, unknownID: ids.unknown, fallsBackToBytes: fallsBackToBytes)
      definition = SubwordTokenizer.Definition(marking: .unigram(vocabulary), addsSpace: addsSpace)
    case 2: definition = try merging(byScore: scores, addsSpace: addsSpace)
    default:
      throw TokenizerError(
        .unsupported(
          path: path, key: "trainer_spec/model_type", found: "\(kind)", supported: ["1 (Unigram)", "2 (BPE)"])
      )
    }
    definition.addedTokens = addedTokens
    return definition
  }
}
