import Checkpoints
import Foundation
import Sharding
import TensorCore
import Testing

@Suite("Reading a checkpoint")
struct CheckpointReadingTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test(
    "Reading gives back what was written", arguments: ElementType.allCases,
    [CheckpointFileWriter.Layout.contiguous, .chunked(deflate: 0), .chunked(deflate: 6)])
  func roundTrip(elementType: ElementType, layout: CheckpointFileWriter.Layout) throws {
    let path = directory.file("all.h5")
    let shapes: [[Int]] = [[], [1], [5], [3, 4], [2, 3, 4], [0, 4], [30, 40]]
    let writer = try CheckpointFileWriter(path: path, configuration: nil, layout: layout)
    for shape in shapes {
      try writer.write(
        counting(shape, elementType), named: "a/\(shape.map(String.init).joined(separator: "x"))_")
    }
    try writer.finish()

    let mapped = try Checkpoint(path: path)
    let image = try Checkpoint(image: try contents(of: path), name: "image")
    for checkpoint in [mapped, image] {
      #expect(checkpoint.names.count == shapes.count)
      try checkpoint.verify()
      for shape in shapes {
        let name = "a/\(shape.map(String.init).joined(separator: "x"))_"
        let tensor = try checkpoint.tensor(named: name)
        #expect(tensor.shape == shape)
        #expect(tensor.elementType == elementType)
        #expect(try checkpoint.shape(of: name) == shape)
        #expect(try checkpoint.elementType(of: name) == elementType)
        #expect(try checkpoint.axes(of: name) == nil)
        #expect(tensor.byteArray == counting(shape, elementType).byteArray)
      }
    }
    #expect(try mapped.weightsDigest() == image.weightsDigest())
  }

  @Test("A tensor of several chunks is put together")
  func chunks() throws {
    let (path, whole) = (directory.file("chunks.h5"), counting([300, 1100]))
    let writer = try CheckpointFileWriter(path: path, configuration: nil, layout: .chunked(deflate: 1))
    try writer.write(whole, named: "w")
    try writer.finish()
    let checkpoint = try Checkpoint(path: path)
    #expect(try checkpoint.tensor(named: "w").floats == whole.floats)
    let slice = TensorSlice(of: [300, 1100], ranges: [[230..<270], [1090..<1100]])
    #expect(try checkpoint.tensor(named: "w", slice: slice).floats == whole[slice].floats)
  }

  @Test(
    "A slice of several ranges is the same from every layout",
    arguments: [
      [[0..<6], [0..<9], [0..<5]], [[2..<4], [0..<9], [0..<5]], [[0..<6], [0..<1, 3..<4, 6..<7], [0..<5]],
      [[1..<2, 4..<6], [2..<5, 7..<9], [1..<2, 4..<5]], [[3..<3], [0..<9], [0..<5]],
    ])
  func slices(ranges: [[Range<Int>]]) throws {
    let whole = counting([6, 9, 5])
    let slice = TensorSlice(of: whole.shape, ranges: ranges)
    for layout in [CheckpointFileWriter.Layout.contiguous, .chunked(deflate: 1)] {
      let path = directory.file("slice.h5")
      let writer = try CheckpointFileWriter(path: path, configuration: nil, layout: layout)
      try writer.write(whole, named: "w")
      try writer.finish()
      let part = try Checkpoint(path: path).tensor(named: "w", slice: slice)
      #expect(part.shape == slice.shape)
      #expect(part.floats == whole[slice].floats)
    }
  }

  @Test("Names, axes, settings, sections and digests are read as they were written")
  func headers() throws {
    let path = directory.file("small.h5")
    try writeSmallCheckpoint(to: path)
    let checkpoint = try Checkpoint(path: path)
    #expect(
      checkpoint.names == ["blocks_0/attn/c_attn/bias", "blocks_0/attn/c_attn/kernel", "ln_f/weight", "wte"])
    #expect(try checkpoint.axes(of: "wte") == ["vocab", "n_embd"])
    #expect(checkpoint.configuration == "job: gpt/evaluate\n")
    #expect(checkpoint.names(in: .state) == ["step"])
    #expect(try checkpoint.tensor(named: "step", in: .state).byteArray == [0, 0, 0, 0, 0, 0, 0, 0])
    #expect(checkpoint.names(in: .optimizer).isEmpty)
    #expect(checkpoint.unverifiable.isEmpty)
    #expect(try checkpoint.digest(of: "ln_f/weight")?.count == 64)
  }

  @Test("Settings longer than a compact attribute are kept")
  func longConfiguration() throws {
    let path = directory.file("long.h5")
    let text = (0..<20_000).map { "key_\($0): wert ä\n" }.joined()
    try writeSmallCheckpoint(to: path, configuration: text)
    #expect(try Checkpoint(path: path).configuration == text)
  }

  @Test("Weights have one digest, whatever the layout, and another one when a number changes")
  func weightsDigest() throws {
    let (first, second, third) = (directory.file("1.h5"), directory.file("2.h5"), directory.file("3.h5"))
    try writeSmallCheckpoint(to: first)
    try writeSmallCheckpoint(to: second, layout: .chunked(deflate: 9), configuration: nil)
    let writer = try CheckpointFileWriter(path: third, configuration: nil)
    try writer.write(counting([7, 4]), named: "wte")
    try writer.finish()
    #expect(try Checkpoint(path: first).weightsDigest() == Checkpoint(path: second).weightsDigest())
    #expect(try Checkpoint(path: first).weightsDigest() != Checkpoint(path: third).weightsDigest())
    // printf 'wte float32 7x4 %s\n' "$(python3 -c 'import struct,sys; sys.stdout.buffer.write(struct.pack("<28f", *range(28)))' | sha256sum | cut -c-64)" | sha256sum
    #expect(
      try Checkpoint(path: third).weightsDigest()
        == "af71336700d3ce3363b69832e5377b7e492976d3b4f4e9a22a01d6594cf65197")
  }

  @Test("Many threads read one checkpoint at once")
  func threads() async throws {
    let path = directory.file("threads.h5")
    try writeSmallCheckpoint(to: path, layout: .chunked(deflate: 1))
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<16 {
        group.addTask {
          let checkpoint = try Checkpoint(path: path)
          return try checkpoint.tensor(named: "wte").byteArray == counting([7, 4]).byteArray
        }
      }
      for try await isSame in group { #expect(isSame) }
    }
  }
}
