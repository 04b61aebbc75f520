public import Basics

/// Why something in an HDF5 file is not read: it is not as the specification has it, or more than a checkpoint needs.
public struct HDF5Fault: ReportableError, Sendable, Equatable, Codable {
  /// A structure of the file.
  public struct Structure: Sendable, Equatable, Codable {
    /// Such as `object header`.
    public let name: String
    /// Where it begins in the file.
    public let byte: Int

    public init(_ name: String, at byte: Int) {
      self.name = name
      self.byte = byte
    }
  }

  /// The dataset, group or attribute, such as `params/wte`; `nil` for the file as a whole.
  public let object: String?
  /// The structure in which it was found; `nil` where the fault lies in the object itself.
  public let structure: Structure?
  public let violation: Violation

  public init(_ violation: Violation, of object: String? = nil, in structure: Structure? = nil) {
    self.violation = violation
    self.object = object
    self.structure = structure
  }

  public var fault: Fault { .badData }
  /// Whether it is HDF5, and more than is read.
  public var isUnsupported: Bool { if case .unsupported = violation { true } else { false } }

  public var description: String { (object.map { "cannot read '\($0)': " } ?? "") + reason }

  /// What is wrong, without the object.
  var reason: String {
    (structure.map { "\($0.name) at byte \($0.byte): " } ?? "") + "\(violation)"
  }
}

extension HDF5Fault {
  /// What HDF5 has and is not read; HDF5's own tool writes a file anew without it.
  static func unsupported(_ part: String, supported: [String] = []) -> HDF5Fault {
    // Without filters, in one piece, and with everything in the file.
    let remedy = "h5repack writes such a file anew: h5repack -f NONE -l CONTI IN OUT"
    return HDF5Fault(.unsupported(part, supported: supported, remedy: remedy))
  }

  /// A dataset that has a shape and no contents.
  static var unwritten: HDF5Fault {
    HDF5Fault(.missing("elements in the file", purpose: "as none were ever written"))
  }

  /// The same fault, of an object that is named unless one is already.
  func of(_ object: String) -> HDF5Fault {
    HDF5Fault(violation, of: self.object ?? object, in: structure)
  }
}

extension Violation {
  /// Bytes that do not have the checksum that is stored with them.
  static func checksum(
    of part: String? = nil, expected: some BinaryInteger, found: some BinaryInteger
  ) -> Violation {
    .value(
      part, expected: "the checksum 0x\(String(expected, radix: 16))", found: "0x\(String(found, radix: 16))")
  }
}

/// Runs `body` and names the object in what it throws.
func naming<Value>(_ object: String, _ body: () throws(HDF5Fault) -> Value) throws(HDF5Fault) -> Value {
  do throws(HDF5Fault) { return try body() } catch { throw error.of(object) }
}
