/// The attributes of a checkpoint file's root, which say what it is.
struct RootAttributes {
  static let format = "assay-checkpoint"
  static let version = 1

  let format: String?
  let version: Int?
  let configuration: String?

  init(_ file: HDF5File) throws(HDF5Error) {
    (format, version, configuration) = try file.withRoot { root throws(HDF5Error) in
      (
        try root.string(attribute: "format", of: "/", in: file),
        try root.integer(attribute: "version", of: "/"),
        try root.string(attribute: "config", of: "/", in: file)
      )
    }
  }

  static func write(configuration: String?, to file: HDF5File) throws(HDF5Error) {
    try file.withRoot { root throws(HDF5Error) in
      try root.write([format], scalar: true, attribute: "format", of: "/")
      try root.write(version, attribute: "version", of: "/")
      if let configuration { try root.write([configuration], scalar: true, attribute: "config", of: "/") }
    }
  }

  /// - Throws: ``CheckpointError`` unless this build reads such a file.
  func check(path: String) throws(CheckpointError) {
    guard let format else {
      throw CheckpointError(
        .malformed,
        "'\(path)' is no checkpoint: its root has no attribute 'format' (expected '\(Self.format)')")
    }
    guard format == Self.format else {
      throw CheckpointError(
        .malformed, "'\(path)' is no checkpoint: expected format '\(Self.format)', found '\(format)'")
    }
    guard let version else {
      throw CheckpointError(
        .malformed, "checkpoint '\(path)' has no attribute 'version' (expected \(Self.version))")
    }
    guard version == Self.version else {
      throw CheckpointError(
        .malformed,
        "checkpoint '\(path)' has format version \(version); this program reads version \(Self.version)")
    }
  }
}
