internal import Basics
internal import TensorCore

/// One file of a GGUF model: its metadata, and where its tensors lie.
struct GGUFPart {
  struct Entry {
    var shape: [Int]
    var type: GGUFType
    let file: MappedFile
    /// Where the elements lie in the file.
    var range: Range<Int>
  }

  let path: String
  /// In the order of the head.
  let names: [String]
  let entries: [String: Entry]
  let values: [String: GGUFValue]

  /// - Throws: ``WeightsError`` if the file is none, or its head promises what the file does not hold.
  init(path: String) throws(WeightsError) {
    let file = try MappedFile(weights: path)
    var cursor = GGUFCursor(file)
    try cursor.readMagic()
    let tensorCount = try cursor.count("the number of tensors", leastBytes: 24)
    let values = try cursor.readValues()
    let infos = try cursor.readInfos(tensorCount)
    let alignment = try values.integer("general.alignment", in: path) ?? 32
    guard alignment > 0, alignment <= 1 << 20, alignment & (alignment - 1) == 0 else {
      throw WeightsError(
        .value(key: "general.alignment", expected: "a power of two", found: "\(alignment)"), path: path)
    }
    let dataStart = (cursor.offset + alignment - 1) / alignment * alignment
    var entries: [String: Entry] = [:]
    for info in infos {
      let range = try info.range(from: dataStart, alignment: alignment, in: file)
      let entry = Entry(shape: info.shape, type: info.type, file: file, range: range)
      guard entries.updateValue(entry, forKey: info.name) == nil else {
        throw WeightsError(.repeated(what: "tensor", info.name), path: path)
      }
    }
    if let (first, second) = entries.values.map(\.range).overlap() {
      let names = entries.filter { $0.value.range == first || $0.value.range == second }.keys.sorted()
      throw WeightsError(.overlap(Array(names.prefix(2))), path: path)
    }
    self.path = path
    self.values = values
    self.entries = entries
    names = infos.map(\.name)
  }
}

/// One tensor, as the head describes it.
private struct GGUFInfo {
  var name: String
  var shape: [Int]
  var type: GGUFType
  var offset: UInt64

  /// Where the elements lie in the file.
  func range(from dataStart: Int, alignment: Int, in file: MappedFile) throws(WeightsError) -> Range<Int> {
    func failure(_ kind: WeightsError.Kind) -> WeightsError {
      WeightsError(kind, path: file.path, at: .tensor(name))
    }
    let bytes: Int
    do {
      bytes = try type.byteCount(of: shape, in: file.path)
    } catch {
      throw failure(.shape(error.kind))
    }
    guard offset % UInt64(alignment) == 0 else {
      throw failure(
        .violation(.value("offset", expected: "a multiple of the alignment \(alignment)", found: "\(offset)"))
      )
    }
    let available = max(file.byteCount - dataStart, 0)
    guard offset <= UInt64(available), bytes <= available - Int(offset) else {
      throw failure(
        .size(
          of: "what follows the head, from offset \(offset),", expected: bytes,
          found: Int(clamping: UInt64(available) - min(offset, UInt64(available)))))
    }
    let start = dataStart + Int(offset)
    return start..<start + bytes
  }
}

extension GGUFCursor {
  fileprivate mutating func readMagic() throws(WeightsError) {
    guard try number(UInt32.self, "the letters 'GGUF'") == 0x4655_4747 else {
      throw failure(.missing("letters 'GGUF' at its start"))
    }
    let version = try number(UInt32.self, "the version")
    guard version == 2 || version == 3 else {
      let note =
        version.byteSwapped == 2 || version.byteSwapped == 3 ? ", of a file for big-endian machines," : ""
      throw failure(.unsupported("GGUF version \(version)\(note)", supported: ["2", "3"]))
    }
  }

  fileprivate mutating func readValues() throws(WeightsError) -> [String: GGUFValue] {
    let count = try count("the number of metadata values", leastBytes: 13)
    var values: [String: GGUFValue] = [:]
    for _ in 0..<count {
      let name = try name("the name of a metadata value")
      let kind = try kind("the type of '\(name)'")
      guard values.updateValue(try value(kind), forKey: name) == nil else {
        throw failure(of: .repeated(what: "metadata value", name))
      }
    }
    return values
  }

  fileprivate mutating func readInfos(_ count: Int) throws(WeightsError) -> [GGUFInfo] {
    var infos: [GGUFInfo] = []
    for _ in 0..<count {
      let name = try name("the name of a tensor")
      let shape = try shape()
      let code = try number(UInt32.self, "the type of tensor '\(name)'")
      guard let type = GGUFType(code: code) else {
        throw failure(.unsupported("tensor '\(name)' of type \(GGUFType.unsupportedName(code))"))
      }
      infos.append(
        GGUFInfo(
          name: name, shape: shape, type: type, offset: try number(UInt64.self, "the offset of '\(name)'")))
    }
    return infos
  }
}

extension [String: GGUFValue] {
  /// A whole number of the metadata; `nil` where it is absent.
  ///
  /// - Throws: ``WeightsError`` for a value of another type, which llama.cpp refuses too.
  func integer(_ key: String, in path: String) throws(WeightsError) -> Int? {
    guard let value = self[key] else { return nil }
    guard let integer = value.integer else {
      throw WeightsError(.value(key: key, expected: "a whole number", found: "\(value)"), path: path)
    }
    return integer
  }
}
