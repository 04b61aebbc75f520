/// Why something in an HDF5 file is not read.
struct HDF5Fault: Error, Equatable {
  enum Kind: Sendable, Equatable {
    /// It is not as the specification has it.
    case damaged
    /// It is HDF5, and more than a checkpoint needs.
    case unsupported
  }

  let kind: Kind
  /// The dataset, group or attribute, such as `params/wte`; `nil` for the file as a whole.
  private(set) var object: String?
  /// What was expected, and what was found.
  let reason: String

  static func damaged(_ reason: String) -> HDF5Fault {
    HDF5Fault(kind: .damaged, object: nil, reason: reason)
  }
  /// - Parameter remedy: How the file becomes one that is read.
  static func unsupported(_ reason: String, remedy: String = repacking) -> HDF5Fault {
    HDF5Fault(kind: .unsupported, object: nil, reason: "\(reason); \(remedy)")
  }

  /// Writes a file anew without filters, in one piece, and with everything in it.
  private static let repacking = "h5repack writes such a file anew: h5repack -f NONE -l CONTI IN OUT"

  /// The same fault, of an object that is named unless one is already.
  func of(_ object: String) -> HDF5Fault {
    var fault = self
    fault.object = self.object ?? object
    return fault
  }
}

/// Runs `body` and names the object in what it throws.
func naming<Value>(_ object: String, _ body: () throws(HDF5Fault) -> Value) throws(HDF5Fault) -> Value {
  do throws(HDF5Fault) { return try body() } catch { throw error.of(object) }
}
