import Basics
import Files
import Foundation
import Jobs
import Tokenization

/// A tokenizer in the files that Hugging Face's libraries read.
struct ExportedTokenizer {
  /// The id that ends a text.
  let endOfText: Int?
  private let files: [(name: String, contents: Data)]

  /// - Throws: ``JobError`` for a tokenizer that has no such form, or whose files are not there any more.
  init(_ settings: TokenizerSettings, blockSize: Int) throws {
    switch settings.backend {
    case "bytes":
      endOfText = Int(BytesTokenizer().eotToken)
      files = [
        ("tokenizer.json", Data(Self.bytes.indented.utf8)),
        ("tokenizer_config.json", Data(Self.bytesConfiguration(blockSize).indented.utf8)),
      ]
    case "huggingface", "hf", "transformers":
      endOfText = Int(try Tokenizers.make(settings).eotToken)
      let names = [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja",
      ]
      files = names.compactMap { name in
        FileManager.default.contents(atPath: "\(settings.name)/\(name)").map { (name, $0) }
      }
      guard files.first?.name == "tokenizer.json" else {
        throw JobError(.missingFile(path: "\(settings.name)/tokenizer.json", .tokenizer))
      }
    default:
      throw JobError(.exportedTokenizer(backend: "\(settings.backend)"))
    }
  }

  func write(to folder: String) throws {
    for file in files {
      do { try file.contents.write(to: URL(fileURLWithPath: "\(folder)/\(file.name)")) } catch {
        throw JobError(.unwritable(path: "\(folder)/\(file.name)", reason: systemReason(error)))
      }
    }
  }

  private static let special = [(0, "<|pad|>"), (257, "<|endoftext|>"), (258, "<|unknown|>")]

  /// ``BytesTokenizer`` for texts within Latin-1: pair encoding without a pair, one token a character.
  private static var bytes: JSONValue {
    let characters = (0...255).map {
      (String(Character(Unicode.Scalar(UInt8($0)))), JSONValue.integer($0 + 1))
    }
    let vocabulary =
      [(special[0].1, JSONValue.integer(0))] + characters + special.dropFirst().map { ($0.1, .integer($0.0)) }
    return .object([
      ("version", .text("1.0")), ("truncation", .null), ("padding", .null),
      (
        "added_tokens",
        .list(
          special.map { id, content in
            .object([
              ("id", .integer(id)), ("content", .text(content)), ("single_word", .bool(false)),
              ("lstrip", .bool(false)), ("rstrip", .bool(false)), ("normalized", .bool(false)),
              ("special", .bool(true)),
            ])
          })
      ),
      ("normalizer", .null), ("pre_tokenizer", .null), ("post_processor", .null),
      ("decoder", .object([("type", .text("Fuse"))])),
      (
        "model",
        .object([
          ("type", .text("BPE")), ("dropout", .null), ("unk_token", .text(special[2].1)),
          ("continuing_subword_prefix", .null), ("end_of_word_suffix", .null), ("fuse_unk", .bool(false)),
          ("byte_fallback", .bool(false)), ("vocab", .object(vocabulary)), ("merges", .list([])),
        ])
      ),
    ])
  }

  private static func bytesConfiguration(_ blockSize: Int) -> JSONValue {
    .object([
      ("tokenizer_class", .text("PreTrainedTokenizerFast")), ("model_max_length", .integer(blockSize)),
      ("pad_token", .text(special[0].1)), ("eos_token", .text(special[1].1)),
      ("unk_token", .text(special[2].1)), ("clean_up_tokenization_spaces", .bool(false)),
    ])
  }
}
