public import Basics

/// Settings that no model of the kind can have, or files that no architecture reads.
///
/// ``kind`` and ``path`` are the facts; the sentence is computed from them.
public struct ModelError: ReportableError, Equatable {
  /// What is wrong.
  public enum Kind: Sendable, Equatable {
    /// A setting that must be there is not.
    case missing(key: String)
    /// A setting has a value that it cannot have.
    case invalid(key: String, found: String, expected: String)
    /// A setting of a run has a value outside of what a model can have.
    case outOfRange(key: String, found: String, expected: String)
    /// A setting asks for what is not implemented; `known` is what is, where that can be listed.
    case notImplemented(key: String, found: String, known: [String])
    /// Settings that the architecture does not read and that may change its outputs, with their values.
    case unknownSettings([Setting], modelType: String)
    /// Weights are quantised in a form that is not read.
    case quantized(String)
    /// The settings name a method of quantisation, and no tensor is quantised by it.
    case notQuantized(method: String, tensor: String)
    /// No architecture has this name; `nearest` is the name that it misspells, if it does.
    case unknownArchitecture(String, nearest: String?, known: [String])
    /// An architecture of this name is registered already.
    case registeredTwice(String)
    /// One setting must be a multiple of another, and is not.
    case notMultiple(key: String, found: Int, of: String, Int)
    /// Rotary positions rotate pairs of elements, and a head has an odd number of them.
    case oddHeadWidth(Int, width: Int, heads: Int)
    /// The file does not name its architecture.
    case noArchitecture(key: String)
    /// No `config.json` beside the weights.
    case noDescription
    /// A file that is there and cannot be read.
    case unreadable(reason: String)
    /// A `config.json` of more bytes than any has.
    case tooLong(byteCount: Int, most: Int)
    /// A `config.json` that is no JSON object.
    case noJSON(JSONError)
    /// A tensor from which a size is read is not there.
    case noTensor(String)
    /// The head width is not positive, or not known.
    case headWidth(Int?)
    /// Query heads that do not share key heads evenly.
    case keyHeads(Int, heads: Int)
    /// A row of all heads that is wider than any model's.
    case tooWide(heads: Int, headWidth: Int, most: Int)
    /// Heads that do not make up a row of the residual stream, where they must.
    case heads(Int, headWidth: Int, keyHeads: Int, width: Int)
    /// Rows that do not divide into so many heads.
    case unevenHeads(Int, width: Int)
    /// Values and keys of different widths.
    case valueWidth(Int, keyWidth: Int)
    /// `layer_types` has a layer behind a window, and the window's setting is missing.
    case noWindow(key: String)
    /// A kind of layer that is not implemented.
    case layerType(String)
    /// `layer_types` names several kinds where the architecture has one.
    case mixedLayers(modelType: String)
    /// A problem of a setting of rotary positions.
    indirect case rotary(Kind)
    /// A type of rotary positions that is not implemented.
    case rotaryType(String)
    /// Names of rotary settings that are not known.
    case unknownRotary([String])
    /// A base and a number of elements that make no rotary positions.
    case rotaryRange(base: Double, elements: Double, headWidth: Int)
    /// An object of settings has a name that it cannot have.
    case unexpectedName(String, in: String, expected: String)
    /// An object of settings has a name of before, in place of the one that is read.
    case formerName(String, in: String, expected: String)
    /// A tensor of divisors of rotary frequencies has another length.
    case divisors(tensor: String, count: Int, expected: Int)
    /// A tensor of divisors beside a scaling with which it is not implemented.
    case scaledDivisors(tensor: String)
    /// Training of a model that is cut into shards.
    case shardedTraining(shards: Int)
    /// A block that is longer than the model's.
    case blockSize(found: Int, most: Int, model: String)
    /// Two settings that are one under two names, with different values.
    case differing(Setting, Setting)
    /// Two tensors of the files are the same parameter.
    case sameParameter(String, String)
    /// Training of a part that has no gradients here; the part with its preposition.
    case noGradients(of: String)
    /// A LoRA adapter that does not fit.
    case adapter(AdapterProblem)
    /// What an architecture refuses in words of its own.
    case refused(reason: String)
  }

  /// A setting and its value, as a sentence shows it.
  public struct Setting: Sendable, Equatable {
    public var key: String
    public var value: String

    public init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }
  }

  public let kind: Kind
  /// The file at fault, or the folder; `nil` for settings that are in no file.
  public let path: String?

  public init(_ kind: Kind, path: String? = nil) {
    self.kind = kind
    self.path = path
  }

  public var fault: Fault {
    switch kind {
    case .noDescription, .adapter(.noSettings): .missingInput
    default: .badData
    }
  }
}

extension ModelError {
  /// The setting at fault; of several, the first.
  public var key: String? { kind.key }

  /// The tensor at fault.
  public var tensor: String? {
    switch kind {
    case .noTensor(let tensor), .divisors(let tensor, _, _), .scaledDivisors(let tensor),
      .sameParameter(_, let tensor):
      tensor
    case .adapter(let problem): problem.tensor
    default: nil
    }
  }

  /// What would have been right.
  public var expected: String? { kind.expected }

  /// What was there instead.
  public var found: String? { kind.found }

  /// The right name of what is misspelt.
  public var nearest: String? {
    switch kind {
    case .unknownArchitecture(_, let nearest, _): nearest
    case .formerName(_, _, let expected): expected
    default: nil
    }
  }
}

extension ModelError.Kind {
  fileprivate var key: String? {
    switch self {
    case .missing(let key), .invalid(let key, _, _), .outOfRange(let key, _, _),
      .notImplemented(let key, _, _), .notMultiple(let key, _, _, _), .noArchitecture(let key),
      .noWindow(let key), .unexpectedName(_, let key, _), .formerName(_, let key, _):
      key
    case .unknownSettings(let settings, _): settings.first?.key
    case .differing(let setting, _): setting.key
    case .unknownRotary(let names): names.first
    case .quantized, .notQuantized: "quantization_config"
    case .oddHeadWidth: "architecture/rope"
    case .blockSize: "architecture/block_size"
    case .layerType, .mixedLayers: "layer_types"
    case .rotary(let kind): kind.key
    default: nil
    }
  }

  fileprivate var expected: String? {
    switch self {
    case .invalid(_, _, let expected), .outOfRange(_, _, let expected), .unexpectedName(_, _, let expected),
      .formerName(_, _, let expected):
      expected
    case .notImplemented(_, _, let known), .unknownArchitecture(_, _, let known):
      known.isEmpty ? nil : known.joined(separator: ", ")
    case .notMultiple(_, _, _, let unit): "a multiple of \(unit)"
    case .notQuantized(_, let tensor): tensor
    case .tooLong(_, let most), .tooWide(_, _, let most), .blockSize(_, let most, _): "at most \(most)"
    case .valueWidth(_, let width): "\(width)"
    case .divisors(_, _, let expected): "\(expected)"
    case .unevenHeads(let heads, _): "a multiple of \(heads)"
    case .differing(_, let other): other.value
    case .adapter(let problem): problem.expected
    case .rotary(let kind): kind.expected
    default: nil
    }
  }

  fileprivate var found: String? {
    switch self {
    case .invalid(_, let found, _), .outOfRange(_, let found, _), .notImplemented(_, let found, _): found
    case .unknownArchitecture(let name, _, _), .registeredTwice(let name), .unexpectedName(let name, _, _),
      .formerName(let name, _, _), .layerType(let name), .rotaryType(let name), .quantized(let name):
      name
    case .unknownSettings(let settings, _): settings.first?.value
    case .differing(let setting, _): setting.value
    case .adapter(let problem): problem.found
    case .notMultiple(_, let found, _, _), .oddHeadWidth(let found, _, _), .tooLong(let found, _),
      .keyHeads(let found, _), .valueWidth(let found, _),
      .divisors(_, let found, _), .shardedTraining(let found), .blockSize(let found, _, _),
      .unevenHeads(_, let found):
      "\(found)"
    case .headWidth(let width): width.map { "\($0)" }
    case .rotary(let kind): kind.found
    default: nil
    }
  }
}
