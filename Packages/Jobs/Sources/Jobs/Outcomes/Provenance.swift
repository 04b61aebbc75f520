public import Basics
public import Evaluations

/// What the numbers of a run rest on; the same on every machine.
public struct Provenance: Sendable, Equatable, Decodable {
  /// Identifies the contents of the parameters; `nil` for a model that was given without.
  public var weights: String?
  public var tokenizer: String
  public var kernels: String
  public var mode: String
  /// The longest sequence that the model read.
  public var blockSize: Int
  /// How many documents of each evaluation were drawn; all where it is not positive.
  public var length: Int
  /// Over how many ranks the model was cut; `nil` in files of runs that were not, which need not report it.
  public var shards: Int?
  /// The documents, shots and split that were asked for; `nil` in files of earlier versions.
  public var documents: Documents?
  /// How answers were drawn; `nil` where by default.
  public var sampling: SamplingRecord?
  /// The seed of all that was drawn; `nil` in files of earlier versions.
  public var seed: UInt64?
  /// The version of the arithmetic, which changes with any bit of a score; `nil` in files of earlier versions.
  public var numerics: Int?
  /// The version of the program.
  public var version = assayVersion
  /// What each evaluation asked, by its name; empty in files of earlier versions.
  public var evaluations: [String: EvaluationRecord] = [:]

  /// What an evaluation asked.
  public struct EvaluationRecord: Sendable, Equatable, Codable {
    /// How many documents its split has, of which a run may ask some.
    public var documents: Int
    /// How many shots stood before each question; `nil` where there are none to be had.
    public var shots: Int?
    public var split: String?
    /// The version that its task file gives itself.
    public var version: String?
    /// The beginning of a SHA-256 over its definition and its data.
    public var digest: String

    public init(documents: Int, shots: Int?, split: String?, version: String?, digest: String) {
      (self.documents, self.shots, self.split) = (documents, shots, split)
      (self.version, self.digest) = (version, digest)
    }
  }

  /// The Python that functions of task files ran in; `nil` where none did.
  public var python: PythonRecord?

  /// How programs ran that the model wrote; `nil` where none did.
  public var programs: ProgramsRecord?

  /// How programs were isolated, and what they were given.
  public struct ProgramsRecord: Sendable, Equatable, Decodable {
    /// The isolation mechanisms: `network`, `files`, `processes`, `calls` and `limits`, as far as the system had them.
    public var isolation: [String]
    /// Until a program had to end.
    public var seconds: Double
    /// Of address space.
    public var memory: Int

    public init(isolation: [String], seconds: Double, memory: Int) {
      (self.isolation, self.seconds, self.memory) = (isolation, seconds, memory)
    }

    private enum CodingKeys: String, CodingKey {
      case isolation = "walls"
      case seconds, memory
    }

    fileprivate var json: JSONValue {
      .object([
        ("walls", .list(isolation.map(JSONValue.text))), ("seconds", .number(seconds)),
        ("memory", .integer(memory)),
      ])
    }
  }

  /// A Python, and what ran in it.
  public struct PythonRecord: Sendable, Equatable, Decodable {
    /// Such as `3.12.4`.
    public var version: String
    /// The functions, each with the digest of its source and of all that it needs of the files beside it.
    public var functions: [String]

    public init(version: String, functions: [String]) {
      (self.version, self.functions) = (version, functions)
    }

    fileprivate var json: JSONValue {
      .object([("version", .text(version)), ("functions", .list(functions.map(JSONValue.text)))])
    }
  }

  /// Which documents a run asked about.
  public struct Documents: Sendable, Equatable, Decodable {
    /// The first so many of each evaluation; `nil` for all.
    public var limit: Int?
    /// How many shots stood before each question; `nil` for what each task gives.
    public var shots: Int?
    /// In place of the tasks' own; `nil` for those.
    public var split: String?

    /// Of those, the beginning of a random order; `nil` for all.
    public var wave: DocumentWave?

    public init(
      limit: Int? = nil, shots: Int? = nil, split: String? = nil, wave: DocumentWave? = nil
    ) {
      (self.limit, self.shots, self.split, self.wave) = (limit, shots, split, wave)
    }
  }

  /// Settings of sampling that are not their defaults.
  public struct SamplingRecord: Sendable, Equatable, Decodable {
    public var temperature: Double?
    public var topP: Double?
    public var seed: UInt64?
    public var samplesPerPrompt: Int?
    public var maxNewTokens: Int?
    /// What else changed the distributions.
    public var rules = SamplingRules()

    public init(
      temperature: Double? = nil, topP: Double? = nil, seed: UInt64? = nil, samplesPerPrompt: Int? = nil,
      maxNewTokens: Int? = nil, rules: SamplingRules = SamplingRules()
    ) {
      self.rules = rules
      (self.temperature, self.topP, self.seed) = (temperature, topP, seed)
      (self.samplesPerPrompt, self.maxNewTokens) = (samplesPerPrompt, maxNewTokens)
    }

    private enum CodingKeys: String, CodingKey {
      case temperature, seed
      case topP = "top_p"
      case samplesPerPrompt = "samples_per_prompt"
      case maxNewTokens = "max_new_tokens"
    }

    public init(from decoder: any Decoder) throws {
      let file = try decoder.container(keyedBy: CodingKeys.self)
      temperature = try file.decodeIfPresent(Double.self, forKey: .temperature)
      topP = try file.decodeIfPresent(Double.self, forKey: .topP)
      seed = try file.decodeIfPresent(UInt64.self, forKey: .seed)
      samplesPerPrompt = try file.decodeIfPresent(Int.self, forKey: .samplesPerPrompt)
      maxNewTokens = try file.decodeIfPresent(Int.self, forKey: .maxNewTokens)
      rules = try SamplingRules(from: decoder)
    }

    /// As it stands in `results.json`.
    public var json: JSONValue {
      let pairs: [(String, JSONValue?)] = [
        ("temperature", temperature.map(JSONValue.number)), ("top_p", topP.map(JSONValue.number)),
        ("seed", seed.map { .json("\($0)") }),
        ("samples_per_prompt", samplesPerPrompt.map(JSONValue.integer)),
        ("max_new_tokens", maxNewTokens.map(JSONValue.integer)),
      ]
      return .object(pairs.compactMap { key, value in value.map { (key, $0) } } + rules.members)
    }
  }

  public init(
    weights: String?, tokenizer: String, kernels: String, mode: String, blockSize: Int, length: Int,
    shards: Int? = nil, documents: Documents? = nil, sampling: SamplingRecord? = nil,
    python: PythonRecord? = nil,
    seed: UInt64? = nil, numerics: Int? = nil, evaluations: [String: EvaluationRecord] = [:]
  ) {
    (self.weights, self.tokenizer, self.kernels, self.mode) = (weights, tokenizer, kernels, mode)
    (self.blockSize, self.length, self.shards) = (blockSize, length, shards)
    (self.documents, self.sampling, self.python) = (documents, sampling, python)
    (self.seed, self.numerics, self.evaluations) = (seed, numerics, evaluations)
  }

  private enum CodingKeys: String, CodingKey {
    case weights, tokenizer, kernels, mode, length, shards, documents, sampling, seed, numerics, version
    case evaluations, python, programs
    case blockSize = "block_size"
  }

  public init(from decoder: any Decoder) throws {
    let file = try decoder.container(keyedBy: CodingKeys.self)
    weights = try file.decodeIfPresent(String.self, forKey: .weights)
    tokenizer = try file.decode(String.self, forKey: .tokenizer)
    kernels = try file.decode(String.self, forKey: .kernels)
    mode = try file.decode(String.self, forKey: .mode)
    blockSize = try file.decode(Int.self, forKey: .blockSize)
    length = try file.decode(Int.self, forKey: .length)
    shards = try file.decodeIfPresent(Int.self, forKey: .shards)
    documents = try file.decodeIfPresent(Documents.self, forKey: .documents)
    sampling = try file.decodeIfPresent(SamplingRecord.self, forKey: .sampling)
    python = try file.decodeIfPresent(PythonRecord.self, forKey: .python)
    programs = try file.decodeIfPresent(ProgramsRecord.self, forKey: .programs)
    seed = try file.decodeIfPresent(UInt64.self, forKey: .seed)
    numerics = try file.decodeIfPresent(Int.self, forKey: .numerics)
    version = try file.decodeIfPresent(String.self, forKey: .version) ?? assayVersion
    evaluations = try file.decodeIfPresent([String: EvaluationRecord].self, forKey: .evaluations) ?? [:]
  }

  var json: JSONValue {
    var pairs: [(String, JSONValue)] = [
      ("weights", .optional(weights)), ("tokenizer", .text(tokenizer)), ("kernels", .text(kernels)),
      ("mode", .text(mode)), ("block_size", .integer(blockSize)), ("length", .integer(length)),
    ]
    if let shards { pairs.append(("shards", .integer(shards))) }
    pairs.append(("version", .text(version)))
    if let documents { pairs.append(("documents", documents.json)) }
    if let sampling { pairs.append(("sampling", sampling.json)) }
    if let python { pairs.append(("python", python.json)) }
    if let programs { pairs.append(("programs", programs.json)) }
    if let seed { pairs.append(("seed", .json("\(seed)"))) }
    if let numerics { pairs.append(("numerics", .integer(numerics))) }
    if !evaluations.isEmpty {
      let records = evaluations.sorted { $0.key < $1.key }
      pairs.append(("evaluations", .object(records.map { ($0.key, $0.value.json) })))
    }
    return .object(pairs)
  }
}

extension Provenance.EvaluationRecord {
  fileprivate var json: JSONValue {
    .object([
      ("documents", .integer(documents)), ("shots", shots.map(JSONValue.integer) ?? .null),
      ("split", .optional(split)), ("version", .optional(version)), ("digest", .text(digest)),
    ])
  }
}

extension Provenance.Documents {
  fileprivate var json: JSONValue {
    .object(
      [
        ("limit", limit.map(JSONValue.integer) ?? .null), ("shots", shots.map(JSONValue.integer) ?? .null),
        ("split", .optional(split)),
      ]
        + (wave.map {
          [("wave", .object([("seed", .json("\($0.seed)")), ("first", .integer($0.first))]))]
        } ?? []))
  }
}

/// The version of these packages, written into every result.
public let assayVersion = "0.2.0"
