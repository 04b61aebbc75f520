import Checkpoints
import Foundation
import Sharding
import TensorCore
import Testing

@Suite("Checkpoints between h5py and us")
struct InteroperabilityTests {
  @Test("A file that h5py wrote is read", arguments: ["h5py_earliest.h5", "h5py_v110.h5"])
  func readsFixture(name: String) throws {
    let checkpoint = try Checkpoint(path: Fixtures.path(name))
    #expect(
      checkpoint.names == ["bfloat16", "big_endian", "blocks_0/bias", "blocks_0/kernel", "half", "wte"])
    #expect(checkpoint.configuration == "job: gpt/evaluate\n")
    #expect(checkpoint.unverifiable == ["bfloat16", "big_endian"])
    #expect(try checkpoint.axes(of: "wte") == ["vocab", "n_embd"])
    let numbers: [Float] = [0, 1, 2, 3, 4, 5]
    let types: [String: ElementType] = [
      "wte": .float32, "big_endian": .float32, "bfloat16": .bfloat16, "half": .float16,
    ]
    for (name, type) in types {
      let tensor = try checkpoint.tensor(named: name)
      #expect(tensor.elementType == type && tensor.shape == [2, 3] && tensor.floats == numbers, "\(name)")
      let slice = TensorSlice(of: [2, 3], ranges: [[1..<2], [0..<1, 2..<3]])
      #expect(try checkpoint.tensor(named: name, slice: slice).floats == [3, 5], "\(name)")
    }
    #expect(try checkpoint.tensor(named: "blocks_0/kernel").floats == numbers.map { $0 * 2 })
    #expect(try checkpoint.elementType(of: "blocks_0/bias") == .float64)
    #expect(try checkpoint.tensor(named: "blocks_0/bias").floats == [0, 1, 2])
    #expect(try checkpoint.tensor(named: "step", in: .state).byteArray == [145, 1, 0, 0, 0, 0, 0, 0])
    #expect(try checkpoint.tensor(named: "step", in: .state).shape == [])
    try checkpoint.verify()
  }

  @Test(
    "h5py reads our file: values, bfloat16 as float32, and attributes",
    .enabled(if: Python.hasH5py, Python.reason))
  func readByPython() throws {
    let directory = try TemporaryDirectory()
    for (name, layout) in [
      ("contiguous", CheckpointFileWriter.Layout.contiguous), ("chunked", .chunked(deflate: 4)),
    ] {
      let path = directory.file("\(name).h5")
      let writer = try CheckpointFileWriter(path: path, configuration: "job: ä\n", layout: layout)
      for type in ElementType.allCases {
        try writer.write(counting([3, 5], type), named: "t/\(type.rawValue)", axes: ["vocab", "n_embd"])
      }
      try writer.write(
        Tensor([1.5, -3.25, .infinity, -0], shape: [4]).converted(to: .bfloat16), named: "special")
      try writer.write(counting([1], .int64).reshaped([]), named: "step", in: .state)
      try writer.finish()
    }
    try Python.run(
      """
      import hashlib, sys
      import h5py, numpy
      for path in sys.argv[1:]:
          with h5py.File(path) as file:
              assert file.attrs["format"].decode() == "assay-checkpoint" and file.attrs["version"] == 1
              assert file.attrs["config"].decode() == "job: ä\\n"
              expected = numpy.arange(15).reshape(3, 5)
              for name, data in file["params/t"].items():
                  assert (data[...] == expected).all(), name
                  assert [axis.decode() for axis in data.attrs["axes"]] == ["vocab", "n_embd"]
                  if name != "bfloat16":
                      assert data.dtype == name, (name, data.dtype)
                      digest = hashlib.sha256(data[...].tobytes()).hexdigest()
                      assert data.attrs["sha256"].decode() == digest, name
              assert file["params/t/bfloat16"].dtype == "float32"
              assert file["params/special"][...].tolist() == [1.5, -3.25, float("inf"), 0]
              assert file["state/step"][()] == 0
      """, [directory.file("contiguous.h5"), directory.file("chunked.h5")])
  }

  @Test(
    "h5ls lists the tensors that we list, and h5dump writes the bytes that we read",
    .enabled(if: Tool.exists("h5dump") && Tool.exists("h5ls"), "h5dump and h5ls are not installed"),
    arguments: ["contiguous", "chunked"])
  func readByTools(layout: String) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.h5")
    try writeSmallCheckpoint(to: path, layout: layout == "contiguous" ? .contiguous : .chunked(deflate: 4))
    let checkpoint = try Checkpoint(path: path)
    let listing = try Tool.output("h5ls", ["-r", path]).split(separator: "\n")
    for name in checkpoint.names {
      let shape = try checkpoint.shape(of: name).map(String.init).joined(separator: ", ")
      #expect(listing.contains { $0.hasPrefix("/params/\(name) ") && $0.hasSuffix("Dataset {\(shape)}") })
      let tensor = try checkpoint.tensor(named: name)
      guard tensor.elementType != .bfloat16 else { continue }
      _ = try Tool.output("h5dump", ["-d", "/params/\(name)", "-b", "LE", "-o", directory.file("raw"), path])
      #expect(try contents(of: directory.file("raw")) == tensor.byteArray, "\(name)")
    }
    #expect(listing.count { $0.contains("Dataset") } == checkpoint.names.count + 1)  // and /state/step
  }

  @Test(
    "The ten lines of h5py in Tools/export-checkpoint write a checkpoint",
    .enabled(if: Python.hasH5py, Python.reason))
  func tenLines() throws {
    let directory = try TemporaryDirectory()
    let script = Python.repository.appendingPathComponent("Tools/export-checkpoint/ten_lines.py").path
    try Python.run(file: script, [directory.file("mine")])
    let checkpoint = try Checkpoint(path: directory.file("mine"))
    try checkpoint.verify()
    #expect(checkpoint.names.contains("wte"))
    #expect(checkpoint.unverifiable.isEmpty)
    #expect(checkpoint.configuration?.contains("n_embd") == true)
  }
}
