import CKernels
import TensorCoreTesting
import Testing

@testable import TensorCore

@Suite("Sums of outer products", .serialized)
struct OuterProductsTests {
  /// Rows, and the widths of both sides: less than a tile and a panel, odd, more than a run.
  static let shapes = [
    (1, 1, 1), (3, 7, 65), (40, 64, 16), (511, 5, 3), (530, 13, 70), (1537, 70, 9), (20, 9, 200),
  ]

  private func operands(_ shape: (Int, Int, Int)) -> (left: Tensor, right: Tensor, sum: Tensor) {
    var samples = ProductSamples(seed: shape.0)
    return (
      samples.tensor([shape.0, shape.1]), samples.tensor([shape.0, shape.2]),
      samples.tensor([shape.1, shape.2])
    )
  }

  @Test(
    "Sums of outer products are within rows + runs roundings of float64", arguments: shapes, [false, true])
  func bound(shape: (Int, Int, Int), adding: Bool) {
    let (left, right, before) = operands(shape)
    var found = adding ? before : Tensor(outerProducts: left, right)
    if adding { found.addOuterProducts(left, right) }
    let (x, y, start) = (left.floats, right.floats, before.floats)
    var exact: [Double] = []
    var bounds: [Double] = []
    for i in 0..<shape.1 {
      for j in 0..<shape.2 {
        let terms = (0..<shape.0).map { Double(x[$0 * shape.1 + i]) * Double(y[$0 * shape.2 + j]) }
        let first = adding ? Double(start[i * shape.2 + j]) : 0
        exact.append(terms.reduce(first, +))
        bounds.append(
          ProductReference.bound(
            inner: shape.0 + shape.0 / 512 + 2, magnitude: terms.reduce(abs(first)) { $0 + abs($1) }))
      }
    }
    #expect(worstShare(of: bounds, found.floats, exact) <= 1)
    if adding { #expect(before.floats == start) }  // a copy is not written to
  }

  /// Threads take columns, never rows, so nothing can depend on them.
  @Test(
    "Sums of outer products have the same bits on one, two and five threads and on every instruction set",
    arguments: shapes)
  func bits(shape: (Int, Int, Int)) {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.setThreadCount(before) }
    let (left, right, sum) = operands(shape)
    let expected = Self.sum(left, right, sum, .scalar)
    for threads in [1, 2, 5] {
      ThreadPool.setThreadCount(threads)
      for set in InstructionSet.available {
        #expect(Self.sum(left, right, sum, set) == expected, "\(set), \(threads) threads")
      }
    }
  }

  private static func sum(_ left: Tensor, _ right: Tensor, _ before: Tensor, _ set: InstructionSet)
    -> [UInt32]
  {
    var result = before.floats
    let scratch = Storage(byteCount: tc_outer_products_scratch(left.rowCount, left.width))
    left.withElements { x in
      right.withElements { y in
        x.withUnsafeBufferPointer { x in
          y.withUnsafeBufferPointer { y in
            result.withUnsafeMutableBufferPointer { result in
              var task = tc_outer_products(
                left: x.baseAddress, right: y.baseAddress, rows: left.rowCount, left_width: left.width,
                right_width: right.width, result: result.baseAddress, adds: true, scratch: scratch.address)
              tc_outer_products_run(set.kernels.products, &task)
            }
          }
        }
      }
    }
    return withExtendedLifetime(scratch) { TensorCoreTesting.bits(result) }
  }

  @Test("Sums over no rows are zero, or what was there before")
  func empty() {
    let (left, right) = (Tensor(zeros: [0, 2]), Tensor(zeros: [0, 3]))
    #expect(Tensor(outerProducts: left, right).floats == [0, 0, 0, 0, 0, 0])
    var sum = Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    sum.addOuterProducts(left, right)
    #expect(sum.floats == [1, 2, 3, 4, 5, 6])
  }

  @Test("Transposing a matrix moves every element", arguments: InstructionSet.available)
  func transpose(set: InstructionSet) {
    for (rows, columns) in [(1, 1), (15, 17), (16, 16), (33, 64), (70, 3), (2, 100)] {
      let x = (0..<rows * columns).map { Float($0) }
      var y = [Float](repeating: -1, count: columns * (rows + 1))
      set.kernels.rows.pointee.transpose(x, columns, rows, columns, &y, rows + 1)
      for r in 0..<rows {
        for c in 0..<columns { #expect(y[c * (rows + 1) + r] == x[r * columns + c]) }
      }
      #expect(y.count { $0 == -1 } == columns)  // and no other
    }
  }
}
