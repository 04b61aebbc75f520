internal import Basics

/// A message of an object header, and where its data is.
struct HeaderMessage {
  /// IV.A.2.
  enum Kind: Int {
    case dataspace = 0x01
    case linkInfo = 0x02
    case datatype = 0x03
    case oldFill = 0x04
    case fill = 0x05
    case link = 0x06
    case externalFiles = 0x07
    case layout = 0x08
    case filters = 0x0B
    case attribute = 0x0C
    case continuation = 0x10
    case symbolTable = 0x11
    case attributeInfo = 0x15
  }

  let kind: Kind
  let data: ByteCursor
}

/// IV.A.1: what an object is, as a list of messages.
struct ObjectHeader {
  let address: Int
  let messages: [HeaderMessage]

  /// The data of the one message of a kind; `nil` if there is none.
  ///
  /// - Throws: ``HDF5Fault`` if there are several.
  func only(_ kind: HeaderMessage.Kind) throws(HDF5Fault) -> ByteCursor? {
    let found = messages.filter { $0.kind == kind }
    guard found.count <= 1 else {
      throw fault(.repeated("message \(kind)"))
    }
    return found.first?.data
  }

  /// What is wrong with the object, as its header has it.
  func fault(_ violation: Violation) -> HDF5Fault {
    HDF5Fault(violation, in: .init("object header", at: address))
  }

  /// The data of all messages of a kind.
  func all(_ kind: HeaderMessage.Kind) -> [ByteCursor] { messages.filter { $0.kind == kind }.map(\.data) }
}

extension HDF5Reader {
  /// Reads the header at an address, of either version, with the blocks that continue it.
  func objectHeader(at address: Int) throws(HDF5Fault) -> ObjectHeader {
    var start = try block("object header", at: address, count: 4)
    let isNew = try start.bytes(4) == Array("OHDR".utf8)
    return ObjectHeader(
      address: address, messages: isNew ? try newMessages(at: address) : try oldMessages(at: address))
  }

  /// A message that is known; `nil` for one that a checkpoint does not need.
  func message(_ type: Int, flags: Int, _ data: ByteCursor) throws(HDF5Fault) -> HeaderMessage? {
    guard let kind = HeaderMessage.Kind(rawValue: type) else { return nil }
    return HeaderMessage(kind: kind, data: flags & 0x02 == 0 ? data : try shared(kind, data))
  }

  /// IV.A.2.y: what stands in place of a message that another object has, a committed type as a rule.
  func shared(_ kind: HeaderMessage.Kind, _ reference: ByteCursor) throws(HDF5Fault) -> ByteCursor {
    var data = reference
    let (version, place) = (try data.number(1), try data.number(1))
    try data.require((1...3).contains(version), "a shared message of version 1 to 3", found: "\(version)")
    guard version < 3 || place == 2 else { throw .unsupported("a \(kind) that objects share in this way") }
    if version == 1 { try data.skip(6) }
    let address = try data.number(8)
    try data.require(!followsShared, "a message", found: "one that is shared twice")
    followsShared = true
    defer { followsShared = false }
    let header = try objectHeader(at: address)
    guard let message = try header.only(kind) else {
      throw header.fault(.missing("\(kind)", purpose: "which another object shares"))
    }
    return message
  }
}
