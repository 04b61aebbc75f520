internal import Basics
public import TensorCore

/// Arrays that NumPy saved with `numpy.savez`, uncompressed, in C order.
///
/// - Source: NumPy, *NEP 1, A simple file format for NumPy arrays*.
public struct NPZFile: WeightsFile {
  private struct Entry {
    var shape: [Int]
    var type: String
    var elementType: ElementType
    var offset: Int
    var member: ZIPDirectory.Member
  }

  public let path: String
  public let names: [String]
  public var metadata: [String: String] { [:] }
  private let file: MappedFile
  private let entries: [String: Entry]

  /// - Throws: ``WeightsError`` if the archive is none, is compressed, or an array does not fit its member.
  public init(path: String) throws(WeightsError) {
    let file = try MappedFile(weights: path)
    var names: [String] = []
    var entries: [String: Entry] = [:]
    for member in try ZIPDirectory(file).members {
      let name = member.name.hasSuffix(".npy") ? String(member.name.dropLast(4)) : member.name
      guard entries.updateValue(try Self.entry(name, member, file), forKey: name) == nil else {
        throw WeightsError(.repeated(what: "array", name), path: path)
      }
      names.append(name)
    }
    self.path = path
    self.names = names
    self.file = file
    self.entries = entries
  }

  public func shape(of name: String) -> [Int]? { entries[name]?.shape }
  public func elementType(of name: String) -> String? { entries[name]?.type }

  /// - Throws: ``WeightsError`` if there is no such array, or its member's bytes are not those of the CRC-32 beside them.
  public func tensor(named name: String) throws(WeightsError) -> Tensor {
    guard let entry = entries[name] else { throw unknown(name) }
    let found = file.withBytes { CyclicCheck.zip.sum(of: $0.extracting(entry.member.range)) }
    guard found == entry.member.check else {
      throw WeightsError(
        .checksum(expected: Self.digits(entry.member.check), found: Self.digits(found)), path: path,
        at: .array(name))
    }
    do {
      return try Tensor(shape: entry.shape, elementType: entry.elementType, file: file, offset: entry.offset)
    } catch {
      throw WeightsError(.shape(error.kind), path: path, at: .array(name))
    }
  }

  private static func entry(
    _ name: String, _ member: ZIPDirectory.Member, _ file: MappedFile
  ) throws(WeightsError) -> Entry {
    let range = member.range
    func failure(_ kind: WeightsError.Kind) -> WeightsError {
      WeightsError(kind, path: file.path, at: .array(name))
    }
    guard range.count >= 12, file.withBytes({ $0.array(range.lowerBound..<range.lowerBound + 6) }) == magic
    else {
      throw failure(.violation(.missing("letters 'NUMPY' at its start")))
    }
    let (version, short, long) = file.withBytes {
      (
        $0.little(UInt8.self, at: range.lowerBound + 6),
        Int($0.little(UInt16.self, at: range.lowerBound + 8)),
        Int($0.little(UInt32.self, at: range.lowerBound + 8))
      )
    }
    guard (1...3).contains(version) else {
      throw failure(.violation(.unsupported("version \(version) of the format", supported: ["1", "2", "3"])))
    }
    let headerStart = range.lowerBound + (version == 1 ? 10 : 12)
    let length = version == 1 ? short : long
    guard length <= range.upperBound - headerStart, length <= 65_536 else {
      throw failure(.size(of: "header", expected: length, found: range.upperBound - headerStart))
    }
    let dataStart = headerStart + length
    let text = String(decoding: file.withBytes { $0.array(headerStart..<dataStart) }, as: UTF8.self)
    guard let header = NPYHeader(text) else {
      throw failure(
        .violation(
          .value("header", expected: "'descr', 'fortran_order' and 'shape'", found: "\(text.prefix(80))")))
    }
    guard let type = header.elementType else {
      throw failure(.elementType(found: header.type, isKnown: true))
    }
    guard !header.isFortranOrder || header.shape.count < 2 else {
      throw failure(
        .violation(.unsupported("an array in Fortran order", remedy: "save numpy.ascontiguousarray of it")))
    }
    let bytes: Int
    do {
      bytes = try type.byteCount(of: header.shape, in: file.path)
    } catch {
      throw failure(.shape(error.kind))
    }
    guard bytes == range.upperBound - dataStart else {
      let found = range.upperBound - dataStart
      throw failure(
        .size(of: "elements of shape \(header.shape)", expected: bytes, found: found))
    }
    return Entry(
      shape: header.shape, type: header.type, elementType: type, offset: dataStart, member: member)
  }

  private static func digits(_ check: UInt32) -> String {
    let digits = String(check, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
}

/// The dictionary at the head of an array: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
private struct NPYHeader {
  let type: String
  let isFortranOrder: Bool
  let shape: [Int]

  init?(_ text: String) {
    guard
      let match = text.wholeMatch(
        of: /\{'descr': '([^']*)', 'fortran_order': (True|False), 'shape': \(([0-9, ]*)\),? ?\}\s*/)
    else { return nil }
    type = String(match.1)
    isFortranOrder = match.2 == "True"
    let lengths = match.3.split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
    shape = lengths.compactMap { Int($0) }
    guard shape.count == lengths.count, shape.count <= 32 else { return nil }
  }

  var elementType: ElementType? {
    switch type {
    case "<f4": .float32
    case "<f2": .float16
    case "<f8": .float64
    case "<i8": .int64
    case "<i4": .int32
    case "<u2": .uint16
    case "|u1", "|b1": .uint8
    default: nil
    }
  }
}
