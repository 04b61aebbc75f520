import Basics
import TensorCore
import Testing
import Weights

@Suite("GGUF")
struct GGUFTests {
  @Test("Every block format is decoded to the bits of the reference") func formats() throws {
    let weights = try openWeights(Fixtures.path("blocks.gguf"))
    let expected = try openWeights(Fixtures.path("blocks.safetensors"))
    #expect(Set(weights.names) == Set(expected.names))
    for format in BlockFormat.ggml {
      #expect(weights.elementType(of: format.rawValue) == format.rawValue)
    }
    for name in expected.names {
      let (found, reference) = (try weights.tensor(named: name), try expected.tensor(named: name))
      #expect(found.shape == reference.shape)
      #expect(found.floats.map(\.bitPattern) == reference.floats.map(\.bitPattern), "\(name)")
    }
  }

  @Test("Matrices of the kinds that are kept in their blocks stay there, and no others") func kept() throws {
    let weights = try openWeights(Fixtures.path("blocks.gguf"))
    for format in BlockFormat.ggml {
      let blocks = try weights.blocks(named: format.rawValue)
      #expect((blocks != nil) == format.isKept)
      guard let blocks else { continue }
      let whole = try weights.tensor(named: format.rawValue)
      #expect(blocks.format == format && blocks.shape == whole.shape)
      #expect(blocks.tensor.floats.map(\.bitPattern) == whole.floats.map(\.bitPattern), "\(format)")
    }
    #expect(try weights.blocks(named: "F32") == nil)
    #expect(try weights.blocks(named: "nothing") == nil)
  }

  @Test("Some rows of a tensor are decoded to the bits of the whole") func rows() throws {
    for weights in [
      try openWeights(Fixtures.path("blocks.gguf")), try openWeights(Fixtures.path("blocks.safetensors")),
    ] {
      for name in weights.names {
        let whole = try weights.tensor(named: name)
        let count = whole.shape[0]
        for rows in [0..<count, 0..<1, count / 2..<count, count - 1..<count, 1..<1] {
          let found = try weights.tensor(named: name, rows: rows)
          #expect(found.shape == [rows.count] + whole.shape.dropFirst())
          #expect(
            found.floats.map(\.bitPattern) == whole.rows(rows).floats.map(\.bitPattern), "\(name), \(rows)")
        }
      }
    }
  }

  @Test("Some elements of a tensor of one axis are decoded to the bits of the whole") func elements() throws {
    // Two blocks of Q8_0, of scales 1 and 2.
    let blocks: [[UInt8]] = [0x3C00, 0x4000].map { .little(UInt16($0)) + (0..<32).map { $0 } }
    let bytes = Self.file(
      Self.head(tensors: 1, values: 0) + Self.tensor("bias", [64], type: 8, offset: 0), data: 0)
    let file = try TemporaryFile(bytes + blocks.joined(), ending: "gguf")
    let weights = try openWeights(file.path)
    let expected = (0..<32).map { Float($0) } + (0..<32).map { 2 * Float($0) }
    #expect(try weights.tensor(named: "bias").floats == expected)
    for rows in [0..<64, 0..<32, 32..<64, 5..<40, 33..<34, 64..<64] {
      #expect(try weights.tensor(named: "bias", rows: rows).floats == Array(expected[rows]), "\(rows)")
    }
  }

  @Test("The metadata of a GGUF file is read") func metadata() throws {
    let values = try GGUFFile(path: Fixtures.path("blocks.gguf")).values
    #expect(values["general.architecture"]?.text == "llama")
    #expect(values["test.text"]?.text == "naïve ▁text")
    #expect(values["test.number"]?.number == 0.25)
    #expect(values["test.bool"]?.bool == true)
    #expect(try values["test.texts"]?.array?.texts() == ["a", "▁b", ""])
    #expect(try values["test.integers"]?.array?.integers() == [1, -2, 3])
    #expect(try values["test.integers"]?.array?.texts() == nil)
  }

  @Test("Every truncation of a real GGUF file is refused") func truncations() throws {
    let file = try MappedFile(path: Fixtures.path("blocks.gguf"))
    let bytes = file.withBytes { span in
      (0..<span.byteCount).map { span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
    }
    for length in Array(0..<1200) + [2000, bytes.count - 33] {
      #expect(try refusal(Array(bytes[..<length]), "gguf") != nil, "\(length) bytes")
    }
  }

  private static func text(_ text: String) -> [UInt8] { .little(UInt64(text.utf8.count)) + Array(text.utf8) }
  private static func head(version: UInt32 = 3, tensors: UInt64, values: UInt64) -> [UInt8] {
    Array("GGUF".utf8) + .little(version) + .little(tensors) + .little(values)
  }
  private static func tensor(_ name: String, _ shape: [UInt64], type: UInt32 = 0, offset: UInt64) -> [UInt8] {
    text(name) + .little(UInt32(shape.count)) + shape.flatMap { [UInt8].little($0) } + .little(type)
      + .little(offset)
  }
  private static func file(_ head: [UInt8], data: Int) -> [UInt8] {
    head + Array(repeating: 0, count: (32 - head.count % 32) % 32 + data)
  }

  /// A count of things that the rest of the file cannot hold.
  private static func beyond(_ part: String, most: Int, found: UInt64) -> WeightsError.Kind {
    .violation(
      .value(part, expected: "at most \(most), which the rest of the file holds", found: "\(found)"))
  }

  private static let hostile: [([UInt8], WeightsError.Kind)] = [
    (Array("GGML".utf8), .violation(.missing("letters 'GGUF' at its start"))),
    (
      head(version: 1, tensors: 0, values: 0),
      .violation(.unsupported("GGUF version 1", supported: ["2", "3"]))
    ),
    (
      head(version: 3 << 24, tensors: 0, values: 0),
      .violation(
        .unsupported("GGUF version 50331648, of a file for big-endian machines,", supported: ["2", "3"]))
    ),
    (
      head(tensors: 1 << 62, values: 0),
      beyond("the number of tensors", most: 0, found: 1 << 62)
    ),
    (head(tensors: 0, values: .max), beyond("the number of metadata values", most: 0, found: .max)),
    (
      head(tensors: 0, values: 1) + .little(UInt64.max) + Array(repeating: 0, count: 40),
      beyond("the length of the name of a metadata value", most: 40, found: .max)
    ),
    (
      head(tensors: 0, values: 1) + text("x") + .little(UInt32(99)) + [0],
      .violation(.value("the type of 'x'", expected: "a type from 0 to 12", found: "99"))
    ),
    (
      head(tensors: 0, values: 1) + text("x") + .little(UInt32(9)) + .little(UInt32(9)) + .little(UInt64(0)),
      .violation(.unsupported("an array of arrays"))
    ),
    (
      head(tensors: 0, values: 1) + text("x") + .little(UInt32(9)) + .little(UInt32(8))
        + .little(UInt64(1 << 60)), beyond("the length of an array", most: 0, found: 1 << 60)
    ),
    (
      head(tensors: 0, values: 2) + text("x") + .little(UInt32(7)) + [1] + text("x") + .little(UInt32(7)) + [
        1
      ], .repeated(what: "metadata value", "x")
    ),
    (
      head(tensors: 0, values: 1) + text("x") + .little(UInt32(7)) + [2],
      .violation(.value("a truth value", expected: "0 or 1", found: "2"))
    ),
    (
      file(head(tensors: 1, values: 0) + tensor("a", [4], offset: 0), data: 15),
      .size(of: "what follows the head, from offset 0,", expected: 16, found: 15)
    ),
    (
      file(head(tensors: 1, values: 0) + tensor("a", [4], offset: 1 << 63), data: 16),
      .size(of: "what follows the head, from offset 9223372036854775808,", expected: 16, found: 0)
    ),
    (
      file(head(tensors: 1, values: 0) + tensor("a", [1 << 40, 1 << 40], offset: 0), data: 16),
      .shape(.tooLarge(shape: [1 << 40, 1 << 40]))
    ),
    (
      file(head(tensors: 1, values: 0) + tensor("a", [.max], offset: 0), data: 16),
      .violation(
        .value("the length of an axis", expected: "at most \(Int.max)", found: "18446744073709551615"))
    ),
    (
      file(head(tensors: 1, values: 0) + tensor("a", [4], offset: 3), data: 32),
      .violation(.value("offset", expected: "a multiple of the alignment 32", found: "3"))
    ),
    (
      file(head(tensors: 1, values: 0) + tensor("a", [1, 1, 1, 1, 1], offset: 0), data: 32),
      .violation(.value("the axes of a tensor", expected: "at most 4", found: "5"))
    ),
    (
      file(head(tensors: 1, values: 0) + tensor("a", [33], type: 2, offset: 0), data: 32),
      .shape(.uneven(shape: [33], format: "Q4_0", block: 32))
    ),
    (
      file(head(tensors: 1, values: 0) + tensor("a", [256], type: 15, offset: 0), data: 512),
      .violation(.unsupported("tensor 'a' of type Q8_K"))
    ),
    (
      file(
        head(tensors: 2, values: 0) + tensor("a", [8], offset: 0) + tensor("a", [8], offset: 32), data: 64),
      .repeated(what: "tensor", "a")
    ),
    (
      file(
        head(tensors: 2, values: 0) + tensor("a", [16], offset: 0) + tensor("b", [8], offset: 32), data: 64),
      .overlap(["a", "b"])
    ),
  ]

  @Test("A GGUF file whose parts do not fit each other is refused", arguments: hostile.indices)
  func refuses(index: Int) throws {
    let (bytes, kind) = Self.hostile[index]
    #expect(try refusal(bytes, "gguf")?.kind == kind)
  }
}
