import Checkpoints
import Foundation
import Sharding
import TensorCore
import Testing

/// Everything that h5py writes, in the three formats of its `libver`; `make_kinds.py` says what is in the files.
@Suite("Kinds of HDF5")
struct KindsTests {
  private static let files = ["kinds_earliest.h5", "kinds_v110.h5", "kinds_latest.h5"]

  /// 0, 1, 2, … modulo 97.
  private static func numbers(_ shape: [Int]) -> [Float] { (0..<shape.reduce(1, *)).map { Float($0 % 97) } }

  private static func values(_ tensor: Tensor) -> [Float] {
    if tensor.elementType.isFloatingPoint { return tensor.floats }
    let width = tensor.elementType.byteCount
    let bytes = tensor.byteArray
    return (0..<tensor.count).map { index in
      Float((0..<width).reduce(0) { $0 | Int(bytes[index * width + $1]) << (8 * $1) })
    }
  }

  @Test("Every type is read in both byte orders, whole and in slices", arguments: files)
  func types(file: String) throws {
    let checkpoint = try Checkpoint(path: Fixtures.path(file))
    let kinds: [String: ElementType] = [
      "f2": .float16, "f4": .float32, "f8": .float64, "i8": .int64, "i4": .int32, "u2": .uint16, "u1": .uint8,
    ]
    let names = checkpoint.names.filter { $0.hasPrefix("types/") }
    #expect(names.count == 26)
    let slice = TensorSlice(of: [3, 4], ranges: [[0..<1, 2..<3], [1..<4]])
    for name in names {
      let tensor = try checkpoint.tensor(named: name)
      #expect(tensor.elementType == kinds[String(name.suffix(2))])
      #expect(Self.values(tensor) == Self.numbers([3, 4]), "\(name)")
      #expect(
        Self.values(try checkpoint.tensor(named: name, slice: slice)) == [1, 2, 3, 9, 10, 11], "\(name)")
    }
  }

  @Test("Every shape is read", arguments: files)
  func shapes(file: String) throws {
    let checkpoint = try Checkpoint(path: Fixtures.path(file))
    #expect(try checkpoint.tensor(named: "shapes/scalar").floats == [5])
    for (name, shape) in [("one", [1]), ("empty", [0, 4]), ("four", [2, 3, 4, 5])] {
      let tensor = try checkpoint.tensor(named: "shapes/\(name)")
      #expect(tensor.shape == shape && tensor.floats == Self.numbers(shape), "\(name)")
    }
  }

  @Test("Every layout and index of chunks is read, whole and in slices", arguments: files)
  func layouts(file: String) throws {
    let checkpoint = try Checkpoint(path: Fixtures.path(file))
    let names = checkpoint.names.filter { $0.hasPrefix("layouts/") }
    #expect(names.count == 14)
    let slice = TensorSlice(of: [6, 5], ranges: [[1..<3, 5..<6], [0..<1, 3..<5]])
    for name in names where name != "layouts/filled" && name != "layouts/skipped" {
      #expect(try checkpoint.tensor(named: name).floats == Self.numbers([6, 5]), "\(name)")
      #expect(
        try checkpoint.tensor(named: name, slice: slice).floats == [5, 8, 9, 10, 13, 14, 25, 28, 29],
        "\(name)")
    }
    let filled = try checkpoint.tensor(named: "layouts/filled").floats
    #expect(filled == (0..<30).map { (10..<20).contains($0) ? 1 : 7 })
    #expect(try checkpoint.tensor(named: "layouts/skipped").floats == Self.numbers([2, 3]))
  }

  @Test("Large and deep groups, and two names of one dataset, are read", arguments: files)
  func groups(file: String) throws {
    let checkpoint = try Checkpoint(path: Fixtures.path(file))
    for index in 0..<12 {
      let name = "groups/many/name_0" + (index < 10 ? "0\(index)" : "\(index)")
      #expect(try Self.values(checkpoint.tensor(named: name)) == [Float(index)])
      #expect(try Self.values(checkpoint.tensor(named: "groups/tracked/t\(index)")) == [Float(index)])
    }
    #expect(try checkpoint.tensor(named: "groups/a/b/c/d/e/f/g/h/bottom").floats == [0, 1])
    #expect(try Self.values(checkpoint.tensor(named: "groups/twice")) == [7])
  }

  @Test("A text of fixed or variable length is read among many attributes", arguments: files)
  func attributes(file: String) throws {
    let checkpoint = try Checkpoint(path: Fixtures.path(file))
    #expect(checkpoint.configuration == "job: gpt/evaluate\n")
    #expect(try checkpoint.axes(of: "attributes/variable") == ["vocab", "ä"])
    #expect(try checkpoint.axes(of: "attributes/fixed") == ["vocab", "n_embd"])
    #expect(try checkpoint.axes(of: "attributes/dense") == ["vocab", "n_embd"])
    #expect(try checkpoint.axes(of: "shapes/four") == nil)
  }

  @Test("A type that objects share is read", arguments: ["committed_0.h5", "committed_3.h5"])
  func committedTypes(file: String) throws {
    let checkpoint = try Checkpoint(path: Fixtures.path(file))
    #expect(checkpoint.names == ["wte"])
    #expect(try checkpoint.tensor(named: "wte").floats == Self.numbers([2, 3]))
    #expect(try checkpoint.axes(of: "wte") == ["vocab", "n_embd"])
  }

  @Test(
    "A user block is skipped, also where it was taken off",
    arguments: ["user_block_0.h5", "user_block_3.h5"])
  func userBlock(file: String) throws {
    let bytes = try contents(of: Fixtures.path(file))
    let copy = try TemporaryDirectory()
    try write(bytes.dropFirst(1024), to: copy.file("bare.h5"))
    for checkpoint in [
      try Checkpoint(path: Fixtures.path(file)), try Checkpoint(image: bytes, name: "image"),
      try Checkpoint(path: copy.file("bare.h5")),
    ] {
      #expect(try checkpoint.tensor(named: "wte").floats == Self.numbers([2, 3]))
      try checkpoint.verify()
    }
  }

  @Test(
    "Files that PyTables writes are read",
    .enabled(if: Python.hasPyTables, "ASSAY_PYTHON (or python3) imports no PyTables"))
  func pyTables() throws {
    let directory = try TemporaryDirectory()
    try Python.run(file: Fixtures.path("make_pytables.py"), [directory.file("tables.h5")])
    let checkpoint = try Checkpoint(path: directory.file("tables.h5"))
    #expect(checkpoint.names.count == 25 && checkpoint.configuration == "job: gpt/evaluate\n")
    for name in checkpoint.names {
      let tensor = try checkpoint.tensor(named: name)
      #expect(tensor.shape == [6, 5] && Self.values(tensor) == Self.numbers([6, 5]), "\(name)")
    }
    #expect(try checkpoint.axes(of: "twice") == ["vocab", "n_embd"])
  }

  @Test(
    "Kinds of HDF5 that no checkpoint needs are refused by name",
    arguments: [
      ("virtual", "a virtual dataset, with its elements in other files,"),
      ("soft", "a link that may lead to another file"),
      ("scale_offset", "filter 6 (scale and offset)"),
    ])
  func refused(kind: String, part: String) {
    let path = Fixtures.path("refused_\(kind).h5")
    let error = failure { _ = try Checkpoint(path: path) }
    #expect((error?.path, error?.tensor, error?.found) == (path, "params/wte", part))
  }

  @Test(
    "Elements that no tensor can have are refused by name",
    arguments: [
      ("compound", "compound"), ("boolean", "enumeration (h5py's bool is one)"), ("text", "string"),
      ("complex_number", "compound"), ("array", "array"), ("reference", "reference"),
    ])
  func elements(kind: String, name: String) throws {
    let checkpoint = try Checkpoint(path: Fixtures.path("refused_\(kind).h5"))
    let error = failure { _ = try checkpoint.tensor(named: "wte") }
    #expect((error?.path, error?.tensor, error?.found) == (checkpoint.path, "params/wte", name))
  }

  @Test(
    "Files that h5py writes now, with indices of several levels, are read",
    .enabled(if: Python.hasH5py, Python.reason))
  func many() throws {
    let directory = try TemporaryDirectory()
    try Python.run(file: Fixtures.path("make_kinds.py"), [directory.path])
    for libver in ["earliest", "v110", "latest"] {
      let checkpoint = try Checkpoint(path: directory.file("many_\(libver).h5"))
      #expect(checkpoint.configuration?.utf8.count == (libver == "earliest" ? 60_002 : 200_002))
      for index in 0..<900 {
        let name = "group/name_" + String("00\(index)".suffix(3))
        #expect(try checkpoint.tensor(named: name).byteArray == [UInt8(index % 97)])
      }
      for (name, shape) in [
        ("fixed", [20_000]), ("growing", [20_000]), ("both", [60, 50]), ("both_filtered", [60, 50]),
      ] {
        let tensor = try checkpoint.tensor(named: name)
        #expect(tensor.shape == shape && Self.values(tensor) == Self.numbers(shape), "\(libver): \(name)")
      }
      for kind in ["types", "layouts"] { try same(directory.file("kinds_\(libver).h5"), kind, libver) }
    }
  }

  /// What h5py writes today holds what the fixtures hold.
  private func same(_ path: String, _ kind: String, _ libver: String) throws {
    let (written, kept) = (
      try Checkpoint(path: path), try Checkpoint(path: Fixtures.path("kinds_\(libver).h5"))
    )
    #expect(written.names == kept.names)
    for name in kept.names where name.hasPrefix(kind) {
      #expect(try written.tensor(named: name).byteArray == kept.tensor(named: name).byteArray, "\(name)")
    }
  }
}
