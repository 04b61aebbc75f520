public import Basics
import Configurate
import Foundation
public import TensorCore
import Weights

/// The settings that a model's files describe it with, read once each: a `config.json`, or GGUF metadata in its words.
///
/// What is read is noted, so that ``finish()`` can name settings that nobody implements.
public final class ModelDescription {
  /// The files: a folder, or a GGUF file.
  public let path: String
  /// In which order the files hold the elements of weights.
  public let layout: WeightLayout
  /// `model_type`, such as `llama`.
  public let modelType: String
  /// Divisors of rotary frequencies, which a GGUF file holds as a tensor.
  public let rotaryDivisors: [Double]?
  /// Whether the files hold a head of its own.
  public let hasHead: Bool
  private let object: JSONObject
  private var read: Set<String> = ["model_type"]

  init(
    _ object: JSONObject, path: String, layout: WeightLayout, hasHead: Bool, rotaryDivisors: [Double]? = nil
  ) throws(ModelError) {
    self.object = object
    self.path = path
    self.layout = layout
    self.hasHead = hasHead
    self.rotaryDivisors = rotaryDivisors
    guard let type = object["model_type"]?.text else {
      throw ModelError("'\(path)': no 'model_type', so the architecture is unknown")
    }
    modelType = type
  }

  /// An error of these files.
  public func failure(_ reason: String) -> ModelError { ModelError("'\(path)': \(reason)") }

  /// The value of a setting; `nil` where it is absent or null.
  public subscript(name: String) -> JSONValue? {
    read.insert(name)
    guard let value = object[name], value != .null else { return nil }
    return value
  }

  /// A whole number.
  ///
  /// - Throws: ``ModelError`` where it is missing without a default, or outside `range`.
  public func integer(_ name: String, default fallback: Int? = nil, in range: ClosedRange<Int> = 1...1 << 24)
    throws(ModelError) -> Int
  {
    guard let value = self[name] else {
      guard let fallback else { throw failure("'\(name)' is missing") }
      return fallback
    }
    guard let integer = value.integer, range.contains(integer) else {
      throw failure(
        "'\(name)' is \(value), expected a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  /// A positive number.
  ///
  /// - Throws: ``ModelError`` where it is missing without a default, or not positive.
  public func number(_ name: String, default fallback: Double? = nil) throws(ModelError) -> Double {
    guard let value = self[name] else {
      guard let fallback else { throw failure("'\(name)' is missing") }
      return fallback
    }
    guard let number = value.number, number > 0, number.isFinite else {
      throw failure("'\(name)' is \(value), expected a positive number")
    }
    return number
  }

  /// True or false.
  ///
  /// - Throws: ``ModelError`` for any other value.
  public func bool(_ name: String, default fallback: Bool) throws(ModelError) -> Bool {
    guard let value = self[name] else { return fallback }
    guard let bool = value.bool else { throw failure("'\(name)' is \(value), expected true or false") }
    return bool
  }

  /// The activation that a setting names.
  ///
  /// - Throws: ``ModelError`` for one that is not implemented.
  public func activation(_ name: String, default fallback: String) throws(ModelError) -> Activation {
    let value = self[name] ?? .text(fallback)
    switch value.text {
    case "silu", "swish": return .silu
    case "gelu": return .geluErf
    case "gelu_new", "gelu_pytorch_tanh", "gelu_fast": return .geluTanh
    default: throw failure("'\(name)' is \(value), which is not implemented; known are silu, gelu, gelu_new")
    }
  }

  /// Refuses a setting unless it is absent, null or one of the values that change nothing.
  ///
  /// - Throws: ``ModelError`` naming the setting and its value.
  public func refuse(_ name: String, unless harmless: JSONValue...) throws(ModelError) {
    guard let value = self[name], !harmless.contains(value) else { return }
    throw failure("'\(name)' is \(value), which is not implemented")
  }

  /// - Throws: ``ModelError`` naming every setting that was given, not read, and may mean something.
  func finish() throws(ModelError) {
    if let quantization = self["quantization_config"], quantization != .null {
      throw failure(
        "'quantization_config' means quantised weights in a form that is not read; take the model as it was before, or as a GGUF file"
      )
    }
    let unknown = object.names.filter { name in
      !read.contains(name) && !Self.harmless.contains(name) && !name.hasPrefix("_")
        && object[name] != .null && object[name] != .bool(false)
    }
    guard unknown.isEmpty else {
      let list = unknown.map { "'\($0)' = \(object[$0] ?? .null)" }.joined(separator: ", ")
      throw failure(
        "settings that are not known for '\(modelType)': \(list); remove what does not change the model's outputs"
      )
    }
  }

  /// Settings of training, generation and bookkeeping, which change no logit.
  private static let harmless: Set<String> = [
    "architectures", "attention_dropout", "attn_implementation", "attn_pdrop", "auto_map", "bad_words_ids",
    "begin_suppress_tokens", "bos_token_id", "cache_implementation", "chunk_size_feed_forward",
    "classifier_dropout", "cls_token_id", "decoder_start_token_id", "diversity_penalty", "do_sample", "dtype",
    "early_stopping", "embd_pdrop", "encoder_no_repeat_ngram_size", "eos_token_id", "finetuning_task",
    "forced_bos_token_id", "forced_eos_token_id", "gradient_checkpointing", "hidden_dropout", "id2label",
    "initializer_range", "is_decoder", "is_encoder_decoder", "is_llama_config", "label2id", "length_penalty",
    "mask_token_id", "max_length", "min_length", "model_max_length", "n_ctx", "no_repeat_ngram_size",
    "num_beam_groups", "num_beams", "num_return_sequences", "output_attentions", "output_hidden_states",
    "pad_token_id", "prefix", "problem_type", "pruned_heads", "reorder_and_upcast_attn", "repetition_penalty",
    "resid_pdrop", "return_dict", "sep_token_id", "summary_activation", "summary_first_dropout",
    "summary_proj_to_labels", "summary_type", "summary_use_proj", "suppress_tokens", "task_specific_params",
    "temperature", "tokenizer_class", "top_k", "top_p", "torch_dtype", "transformers.js_config",
    "transformers_version", "typical_p", "unk_token_id", "unsloth_fixed", "unsloth_version", "use_cache",
    "use_return_dict",
  ]
}
