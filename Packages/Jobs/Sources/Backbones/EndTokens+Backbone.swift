public import Evaluations
import Foundation
import Jobs
public import Tokenization
import Weights

extension EndTokens {
  /// The ids that end a backbone's answer: those of its tokenizer, and `eos_token_id` of its settings.
  ///
  /// As in transformers, `generation_config.json` is asked where there is one, else `config.json`. A GGUF file has
  /// `eos_token_id`, `eot_token_id` and `eom_token_id`.
  ///
  /// - Parameter path: A folder, a GGUF file, or a file of weights in its folder.
  /// - Throws: `JobError` naming the file and the key, `WeightsError` for a GGUF file.
  public static func ofBackbone(at path: String, tokenizer: any Tokenizer) throws -> EndTokens {
    let place = VocabularyPath(path)
    if let gguf = place.gguf {
      let values = try GGUFFile(path: gguf).values
      let ids = ["eos", "eot", "eom"].compactMap { values["tokenizer.ggml.\($0)_token_id"]?.integer }
      return EndTokens(tokenizer.endTokens.union(ids.compactMap(Int32.init(exactly:))))
    }
    for name in ["generation_config.json", "config.json"] {
      let file = (place.folder as NSString).appendingPathComponent(name)
      guard let bytes = FileManager.default.contents(atPath: file) else { continue }
      return EndTokens(tokenizer.endTokens.union(try EndSettings.ids(in: bytes, of: file)))
    }
    return EndTokens(of: tokenizer)
  }
}

/// `eos_token_id` of a settings file; a model with parts has it beside or in `text_config`.
private struct EndSettings: Decodable {
  /// One id, or several.
  enum IDs: Decodable {
    case one(Int)
    case several([Int])

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let id = try? value.decode(Int.self) {
        self = .one(id)
      } else {
        self = .several(try value.decode([Int].self))
      }
    }

    var all: [Int] {
      switch self {
      case .one(let id): [id]
      case .several(let ids): ids
      }
    }
  }

  struct Part: Decodable {
    var ids: IDs?

    private enum CodingKeys: String, CodingKey { case ids = "eos_token_id" }
  }

  var ids: IDs?
  var text: Part?

  private enum CodingKeys: String, CodingKey {
    case ids = "eos_token_id"
    case text = "text_config"
  }

  /// The ids in a file; a negative one stands for none.
  static func ids(in bytes: Data, of path: String) throws(JobError) -> [Int32] {
    do {
      let settings = try JSONDecoder().decode(EndSettings.self, from: bytes)
      return (settings.ids ?? settings.text?.ids)?.all.compactMap(Int32.init(exactly:)).filter { $0 >= 0 }
        ?? []
    } catch DecodingError.dataCorrupted {
      throw JobError(.badData, "file '\(path)' is no JSON")
    } catch {
      throw JobError(.badData, "file '\(path)': 'eos_token_id' must be an id or a list of ids")
    }
  }
}
