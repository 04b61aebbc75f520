/// Settings that no model of the kind can have, or files that no architecture reads.
///
/// ``kind`` and ``path`` are the facts; the sentence is computed from them.
public struct ModelError: Error, CustomStringConvertible, Equatable {
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
    /// No architecture has this name; `nearest` is the name that it misspells, if it does.
    case unknownArchitecture(String, nearest: String?, known: [String])
    /// An architecture of this name is registered already.
    case registeredTwice(String)
    /// A request that the model cannot serve: what, found and expected, in a sentence.
    case other(String)
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

  /// An error of a sentence of its own.
  public init(_ sentence: String) { self.init(.other(sentence)) }
}

extension ModelError {
  /// The setting at fault; of several, the first.
  public var key: String? {
    switch kind {
    case .missing(let key), .invalid(let key, _, _), .outOfRange(let key, _, _),
      .notImplemented(let key, _, _):
      key
    case .unknownSettings(let settings, _): settings.first?.key
    case .quantized: "quantization_config"
    case .unknownArchitecture, .registeredTwice, .other: nil
    }
  }

  /// What would have been right.
  public var expected: String? {
    switch kind {
    case .invalid(_, _, let expected), .outOfRange(_, _, let expected): expected
    case .notImplemented(_, _, let known), .unknownArchitecture(_, _, let known):
      known.isEmpty ? nil : known.joined(separator: ", ")
    case .missing, .unknownSettings, .quantized, .registeredTwice, .other: nil
    }
  }

  /// What was there instead.
  public var found: String? {
    switch kind {
    case .invalid(_, let found, _), .outOfRange(_, let found, _), .notImplemented(_, let found, _): found
    case .unknownArchitecture(let name, _, _), .registeredTwice(let name): name
    case .unknownSettings(let settings, _): settings.first?.value
    case .quantized(let form): form
    case .missing, .other: nil
    }
  }

  /// The right name of what is misspelt.
  public var nearest: String? {
    if case .unknownArchitecture(_, let nearest, _) = kind { nearest } else { nil }
  }
}
