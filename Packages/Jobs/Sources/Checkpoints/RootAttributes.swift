internal import Digests

/// The attributes of a checkpoint file's root, which say what it is.
struct RootAttributes {
  static let format = "assay-checkpoint"
  static let version = 1

  let format: String?
  let version: Int?
  let configuration: String?
  /// Of the others; `nil` in a file of another writer, or of version 0.1.
  let digest: String?

  init(_ root: ObjectHeader, _ reader: HDF5Reader) throws(HDF5Fault) {
    let found = try naming("/") { () throws(HDF5Fault) in
      try reader.attributes(["format", "version", "config", "sha256"], of: root)
    }
    func text(_ name: String) throws(HDF5Fault) -> String? {
      guard let attribute = found[name] else { return nil }
      return try naming("/@\(name)") { () throws(HDF5Fault) in try reader.string(attribute) }
    }
    format = try text("format")
    version = try found["version"].map { attribute throws(HDF5Fault) in
      try naming("/@version") { () throws(HDF5Fault) in try reader.integer(attribute) }
    }
    configuration = try text("config")
    digest = try text("sha256")?.lowercased()
  }

  /// SHA-256 over format and version, a line each, and the settings.
  static func digest(configuration: String?) -> String {
    Digest.sha256(of: "\(format)\n\(version)\n\(configuration ?? "")")
  }

  static func write(configuration: String?, to file: HDF5Output) throws(HDF5Error) {
    try file.withRoot { root throws(HDF5Error) in
      try root.write([format], scalar: true, attribute: "format", of: "/")
      try root.write(version, attribute: "version", of: "/")
      if let configuration { try root.write([configuration], scalar: true, attribute: "config", of: "/") }
      let digest = digest(configuration: configuration)
      try root.write([digest], scalar: true, attribute: "sha256", of: "/")
    }
  }

  /// - Throws: ``CheckpointError`` unless this build reads such a file, and it is as it was written.
  func check(path: String) throws(CheckpointError) {
    guard format == Self.format else { throw CheckpointError(.format(found: format), at: path) }
    guard version == Self.version else { throw CheckpointError(.version(found: version), at: path) }
    let expected = digest
    let found = Self.digest(configuration: configuration)
    guard expected == nil || expected == found else {
      throw CheckpointError(.settingsDigest(expected: expected ?? "", found: found), at: path)
    }
  }
}
