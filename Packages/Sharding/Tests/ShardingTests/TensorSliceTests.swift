import Sharding
import ShardingTesting
import TensorCore
import Testing

/// Runs and boxes of `slice` hold exactly the elements that it contains, in row-major order.
func expectConsistent(_ slice: TensorSlice) {
  let numbers = (0..<slice.whole.reduce(1, *)).filter {
    slice.contains(TensorSlice.index($0, in: slice.whole))
  }
  #expect(slice.count == numbers.count)
  #expect(slice.runs.flatMap { Array($0) } == numbers, "\(slice)")

  var copied = [Int](repeating: -1, count: slice.count)
  for box in slice.boxes {
    let shape = box.source.map(\.count)
    for element in 0..<shape.reduce(1, *) {
      let step = TensorSlice.index(element, in: shape)
      copied[number(zip(box.destination, step).map { $0.lowerBound + $1 }, in: slice.shape)] =
        number(zip(box.source, step).map { $0.lowerBound + $1 }, in: slice.whole)
    }
  }
  #expect(copied == numbers, "\(slice)")
}

private func number(_ index: [Int], in shape: [Int]) -> Int {
  zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 }
}

@Suite("Tensor slice")
struct TensorSliceTests {
  /// Every choice of indices along every axis of small shapes: gaps, neighbours, nothing at all.
  @Test(
    "A slice gives its runs and boxes in any shape",
    arguments: [[], [0], [1], [5], [3, 4], [4, 1], [2, 0, 3], [2, 3, 3], [2, 1, 2, 3]])
  func anyShape(shape: [Int]) {
    for ranges in choices(shape) { expectConsistent(TensorSlice(of: shape, ranges: ranges)) }
  }

  @Test("A slice of rows is one run, and a slice of columns one run a row")
  func runLengths() {
    #expect(Array(TensorSlice(of: [6, 4], ranges: [[2..<5], [0..<4]]).runs) == [8..<20])
    #expect(Array(TensorSlice(of: [2, 4], ranges: [[0..<2], [1..<3]]).runs) == [1..<3, 5..<7])
    #expect(Array(TensorSlice(whole: [2, 3, 4]).runs) == [0..<24])
    #expect(Array(TensorSlice(whole: []).runs) == [0..<1])
  }

  @Test("Ranges that touch become one")
  func canonical() {
    let slice = TensorSlice(of: [8], ranges: [[0..<2, 2..<5, 5..<5, 6..<8]])
    #expect(slice.ranges == [[0..<5, 6..<8]])
    #expect(slice.boxes.map(\.destination) == [[0..<5], [5..<7]])
    #expect(TensorSlice(of: [4], ranges: [[0..<2, 2..<4]]).isWhole)
  }

  @Test("A slice of any element type is copied", arguments: ElementType.allCases)
  func elementTypes(type: ElementType) {
    let whole = Tensor(zeros: [2, 4], elementType: type)
    let piece = whole[TensorSlice(of: [2, 4], ranges: [[0..<2], [1..<2, 3..<4]])]
    #expect(piece.shape == [2, 2])
    #expect(piece.elementType == type)
  }

  @Test("Ranges out of order or out of bounds trap")
  func traps() async {
    await #expect(processExitsWith: .failure) { _ = TensorSlice(of: [4], ranges: [[2..<3, 0..<1]]) }
    await #expect(processExitsWith: .failure) { _ = TensorSlice(of: [4], ranges: [[2..<5]]) }
    await #expect(processExitsWith: .failure) { _ = TensorSlice(of: [4], ranges: []) }
  }

  /// All ways to choose a subset of indices along each axis.
  private func choices(_ shape: [Int]) -> [[[Range<Int>]]] {
    shape.reduce([[]]) { lists, length in
      lists.flatMap { list in
        (0..<1 << length).map { bits in
          list + [(0..<length).filter { bits >> $0 & 1 == 1 }.map { $0..<$0 + 1 }]
        }
      }
    }
  }
}
