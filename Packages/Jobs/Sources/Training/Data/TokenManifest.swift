internal import Basics
internal import Foundation

/// What `tokens.json` says of the files beside it.
public struct TokenManifest: Sendable, Codable, Equatable {
  /// What the manifest is called in a folder of tokens.
  public static let fileName = "tokens.json"

  /// How many tokens of how many documents a split has; padding is no token.
  public struct Split: Sendable, Codable, Equatable {
    /// Of all documents together.
    public var tokens: Int
    /// Zero for the end of a text, which is cut off within one.
    public var documents: Int

    public init(tokens: Int, documents: Int) {
      self.tokens = tokens
      self.documents = documents
    }
  }

  /// The elements of a `.bin` file, little-endian.
  public enum Element: String, Sendable, Codable, CaseIterable {
    case uint16, uint32

    /// The narrower one that holds all ids.
    public init(vocabularySize: Int) { self = vocabularySize <= 1 << 16 ? .uint16 : .uint32 }

    /// Of one id.
    public var byteCount: Int { self == .uint16 ? 2 : 4 }
  }

  /// What kind of file it is.
  public var format = "assay-tokens"
  /// Of the format.
  public var version = 1
  /// How the tokens are laid out.
  public var style: DataStyle
  /// How each id is stored.
  public var element: Element
  /// The identity of the tokenizer that made the ids.
  public var tokenizer: String
  /// How many ids that tokenizer has.
  public var vocabularySize: Int
  /// What is trained on.
  public var train: Split
  /// What is held out, if anything is.
  public var val: Split?
  /// The SHA-256 of each file beside the manifest that tokens are read from, by its name; `nil` in a
  /// folder that was made without them.
  public var digests: [String: String]?

  public init(
    style: DataStyle, element: Element, tokenizer: String, vocabularySize: Int, train: Split, val: Split?
  ) {
    self.style = style
    self.element = element
    self.tokenizer = tokenizer
    self.vocabularySize = vocabularySize
    self.train = train
    self.val = val
  }

  private enum CodingKeys: String, CodingKey {
    case format, version, style, train, val, tokenizer
    case element = "element_type"
    case vocabularySize = "vocabulary_size"
    case digests = "sha256"
  }

  /// Reads the manifest in a folder of tokens.
  ///
  /// - Throws: ``TrainingError`` for a folder without one, or with one that is not what it should be.
  public init(folder: String) throws(TrainingError) {
    let path = "\(folder)/\(Self.fileName)"
    guard FileManager.default.fileExists(atPath: folder) else {
      throw TrainingError(.noData(path: folder))
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw TrainingError(
        .noFile(Self.fileName, folder: folder, purpose: "how its tokens are stored"))
    }
    do { self = try JSONDecoder().decode(Self.self, from: data) } catch {
      throw TrainingError(.description(path: path, Violation(decoding: error)))
    }
    guard format == "assay-tokens", version == 1 else {
      throw TrainingError(.format(path: path, found: format, version: version))
    }
  }

  /// As it is written.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Texts and whole numbers always encode.
    return String(decoding: (try? encoder.encode(self)) ?? Data(), as: UTF8.self) + "\n"
  }
}
