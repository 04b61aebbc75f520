internal import Digests
internal import TensorCore

extension Checkpoint {
  /// Parameters whose file gives no digest, so that damage to them would not be noticed.
  public var unverifiable: [String] {
    names.filter { datasets[.parameters]?[$0]?.digest == nil }
  }

  /// The digest that the file gives for a tensor; `nil` without one.
  ///
  /// - Throws: ``CheckpointError`` if there is no tensor of that name.
  public func digest(of name: String, in section: Section = .parameters) throws(CheckpointError) -> String? {
    try dataset(name, section).digest
  }

  /// SHA-256 over all parameters: the identity of the weights, whatever else the file holds.
  ///
  /// Taken over one line for each parameter, in the order of ``names``: path, element type, lengths joined by `x`, and
  /// the tensor's own digest, separated by spaces and each ended by a line feed. So it does not depend on compression,
  /// axis names, settings or optimizer state. Where the file gives no digest for a tensor, its elements are read.
  ///
  /// - Throws: ``CheckpointError`` if such a tensor cannot be read.
  public func weightsDigest() throws(CheckpointError) -> String {
    var lines = ""
    for name in names {
      let dataset = try dataset(name, .parameters)
      let digest = if let given = dataset.digest { given } else { try read(dataset).sha256 }
      let lengths = dataset.shape.map(String.init).joined(separator: "x")
      lines += "\(name) \(try element(of: dataset).rawValue) \(lengths) \(digest)\n"
    }
    return Digest.sha256(of: lines)
  }

  /// Reads every tensor of every section and compares its digest.
  ///
  /// - Throws: ``CheckpointError`` for the first tensor that is damaged or cannot be read.
  public func verify() throws(CheckpointError) {
    for section in Section.allCases {
      for name in names(in: section) { _ = try tensor(named: name, in: section, verifying: true) }
    }
  }

  /// Compares what the file has with what a model needs, and names every difference.
  ///
  /// - Parameter expected: Shapes of all parameters of the model, by path.
  /// - Throws: ``CheckpointError`` that names all missing, extra and wrongly shaped parameters.
  public func checkParameters(_ expected: [String: [Int]]) throws(CheckpointError) {
    let found = datasets[.parameters] ?? [:]
    let missing = expected.keys.filter { found[$0] == nil }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let extra = names.filter { expected[$0] == nil }
    let misshapen = names.compactMap { name -> CheckpointError.Misshapen? in
      guard let shape = expected[name], let other = found[name]?.shape, shape != other else { return nil }
      return .init(name: name, expected: shape, found: other)
    }
    guard missing.isEmpty, extra.isEmpty, misshapen.isEmpty else {
      throw CheckpointError(.parameters(missing: missing, extra: extra, misshapen: misshapen), at: path)
    }
  }
}
