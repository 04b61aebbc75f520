import Foundation
import TensorCoreTesting
import Testing

@testable import TensorCore

@Suite("Tensor")
struct TensorTests {
  @Test("Copies of a tensor share storage until one is written to")
  func copyOnWrite() {
    let original = Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])
    var copy = original
    copy.withMutableElements { $0[0] = 9 }
    #expect(original.floats == [1, 2, 3, 4])
    #expect(copy.floats == [9, 2, 3, 4])
    var row = original.rows(1..<2)
    row.withMutableElements { $0[1] = 7 }
    #expect(row.floats == [3, 7])
    #expect(original.floats == [1, 2, 3, 4])
  }

  @Test("Rows, columns and reshaping give the elements that they name")
  func slices() {
    let tensor = Tensor((0..<12).map(Float.init), shape: [3, 4])
    #expect(tensor.rows(1..<3).floats == [4, 5, 6, 7, 8, 9, 10, 11])
    #expect(tensor.rows(1..<3).rows(1..<2).floats == [8, 9, 10, 11])
    #expect(tensor.columns(1..<3).floats == [1, 2, 5, 6, 9, 10])
    #expect(tensor.rows(1..<3).columns(3..<4).shape == [2, 1])
    #expect(tensor.reshaped([2, 6]).rows(1..<2).floats == [6, 7, 8, 9, 10, 11])
    #expect(tensor.rows(2..<2).count == 0)
  }

  @Test("Indices and shapes that do not fit trap")
  func traps() async {
    await #expect(processExitsWith: .failure) { _ = Tensor([1, 2] as [Float], shape: [3]) }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [2, 2]).rows(1..<3) }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [2, 2]).reshaped([5]) }
  }
}

@Suite("Mapped tensors")
struct MappedTensorTests {
  private func withFile<R>(_ bytes: [UInt8], _ body: (String) throws -> R) throws -> R {
    let path = FileManager.default.temporaryDirectory.appending(path: "tensor-\(UUID().uuidString)").path
    try Data(bytes).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }

  @Test("A mapped tensor is a window of its file, at any alignment", arguments: 0..<5)
  func windows(offset: Int) throws {
    let values: [Float] = [1.5, -2, 3.25]
    let bytes =
      [UInt8](repeating: 0xFF, count: offset) + values.flatMap { withUnsafeBytes(of: $0, Array.init) }
    try withFile(bytes) { path in
      var tensor = try Tensor(shape: [3], elementType: .float32, file: MappedFile(path: path), offset: offset)
      #expect(tensor.floats == values)
      #expect(tensor.withElements { $0[2] } == 3.25)
      tensor.withMutableElements { $0[0] = 7 }
      #expect(tensor.floats == [7, -2, 3.25])
    }
  }

  @Test("A header that does not fit its file is an error, never a trap")
  func lies() throws {
    try withFile([UInt8](repeating: 0, count: 16)) { path in
      let file = try MappedFile(path: path)
      func kind(_ shape: [Int], _ offset: Int) -> TensorFileError.Kind? {
        do throws(TensorFileError) {
          _ = try Tensor(shape: shape, elementType: .float32, file: file, offset: offset)
          return nil
        } catch { return error.kind }
      }
      #expect(kind([4], 0) == nil)
      #expect(
        kind([2, 2], 4)
          == .outside(shape: [2, 2], type: "float32", offset: 4, byteCount: 16, fileByteCount: 16))
      #expect(kind([-1], 0) == .negative(shape: [-1]))
      #expect(kind([1 << 40, 1 << 40], 0) == .tooLarge(shape: [1 << 40, 1 << 40]))
      #expect(kind([0, 1 << 40, 1 << 40], 0) == .tooLarge(shape: [0, 1 << 40, 1 << 40]))
      #expect(kind([1], .max) != nil)
      #expect(kind([1], -4) != nil)
    }
  }

  @Test("A file that cannot be mapped is refused with the system's reason")
  func unmappable() throws {
    let missing = #expect(throws: MappedFileError.self) { try MappedFile(path: "/nowhere/weights") }
    #expect(missing?.path == "/nowhere/weights" && missing?.reason == "no such file or directory")
    let folder = #expect(throws: MappedFileError.self) {
      try MappedFile(path: FileManager.default.temporaryDirectory.path)
    }
    #expect(folder?.reason == "it is a folder, expected a regular file")
    try withFile([]) { path in
      let file = try MappedFile(path: path)
      #expect(file.byteCount == 0)
      #expect(file.withBytes { $0.byteCount } == 0)
    }
  }
}

@Suite("Buffer pool")
struct BufferPoolTests {
  @Test("A second allocation of the same shapes takes buffers from the pool")
  func steadyState() {
    let pool = BufferPool()
    func pass() {
      let blocks = [100, 4096, 5000, 1 << 20, 3_000_000].map { ($0, pool.take(byteCount: $0)) }
      for (size, block) in blocks { pool.give(back: block, byteCount: size) }
    }
    pass()
    let first = pool.statistics
    pass()
    #expect(pool.statistics.allocations == first.allocations)
    #expect(pool.statistics.liveBytes == 0)
    #expect(pool.statistics.peakBytes == first.peakBytes)
  }

  @Test("The pool keeps no more than its limit")
  func bounded() {
    let pool = BufferPool()
    pool.idleLimit = 10_000
    for _ in 0..<3 {
      let blocks = (0..<4).map { _ in pool.take(byteCount: 4096) }
      for block in blocks { pool.give(back: block, byteCount: 4096) }
      #expect(pool.statistics.idleBytes == 8192)
    }
    pool.trim()
    #expect(pool.statistics.idleBytes == 0)
  }

  @Test("A size class holds what it promises and wastes at most an eighth")
  func sizeClasses() {
    var previous = SizeClass(holding: 1)
    for bytes in (1...70_000).map({ $0 }) + [1 << 20, (1 << 20) + 1, 123_456_789, 1 << 40] {
      let sizeClass = SizeClass(holding: bytes)
      let waste = sizeClass.byteCount - bytes
      guard waste >= 0, sizeClass.index < SizeClass.count, bytes <= 4096 || waste <= bytes / 8 + 1,
        sizeClass.index > previous.index || sizeClass.byteCount == previous.byteCount
      else {
        Issue.record("\(bytes) bytes in class \(sizeClass) after \(previous)")
        return
      }
      previous = sizeClass
    }
  }
}
