// The only file that knows OpenBLAS.
internal import COpenBLAS

/// Some columns of a matrix, read where they are.
struct Columns {
  let tensor: Tensor
  let range: Range<Int>

  init(_ tensor: Tensor, _ range: Range<Int>) {
    precondition(
      tensor.shape.count == 2 && range.lowerBound >= 0 && range.upperBound <= tensor.width,
      "columns \(range) of \(tensor.shape)")
    self.tensor = tensor
    self.range = range
  }

  /// All of them.
  init(_ tensor: Tensor) { self.init(tensor, 0..<tensor.width) }

  var shape: [Int] { [tensor.rowCount, range.count] }
}

extension Tensor {
  /// The matrix product of two tensors that both change, for training and checks: op(self) · op(other).
  ///
  /// The order of its sums is OpenBLAS's own and depends on shapes, threads and processor. A frozen weight belongs in
  /// a ``PackedMatrix``, whose results do not depend on company.
  ///
  /// - Shape: op(self) `[M, K]`, op(other) `[K, N]`, result `[M, N]`, float32; op transposes where asked.
  /// - Returns: A new tensor, each element within K · 2⁻²⁴ · Σ |a · b| of exact arithmetic, to first order.
  /// - Precondition: Both are float32 matrices of these shapes.
  public func matrixProduct(
    _ other: Tensor, transposingSelf: Bool = false, transposingOther: Bool = false
  ) -> Tensor {
    let rows = transposingSelf ? width : rowCount
    let columns = transposingOther ? other.rowCount : other.width
    var result = Tensor(undefined: [rows, columns])
    result.setProduct(
      Columns(self), Columns(other), transposingLeft: transposingSelf, transposingRight: transposingOther,
      keeping: 0)
    return result
  }

  /// Adds op(left) · op(right) in place.
  mutating func addProduct(
    _ left: Tensor, _ right: Tensor, transposingLeft: Bool = false, transposingRight: Bool = false
  ) {
    setProduct(
      Columns(left), Columns(right), transposingLeft: transposingLeft, transposingRight: transposingRight,
      keeping: 1)
  }

  /// self = keeping · self + op(left) · op(right).
  ///
  /// The team halves the longer side of the result, and each thread calls OpenBLAS for its own part: OpenBLAS's threads
  /// would take turns with the team's on the same cores.
  ///
  /// - Parameter keeping: 0, whatever this tensor holds, or 1.
  mutating func setProduct(
    _ left: Columns, _ right: Columns, transposingLeft: Bool = false, transposingRight: Bool = false,
    keeping: Float
  ) {
    left.tensor.requireUnrecorded()
    right.tensor.requireUnrecorded()
    let (rows, inner) = transposingLeft ? (left.shape[1], left.shape[0]) : (left.shape[0], left.shape[1])
    let (rightInner, columns) =
      transposingRight ? (right.shape[1], right.shape[0]) : (right.shape[0], right.shape[1])
    precondition(
      inner == rightInner && shape == [rows, columns],
      "matrixProduct: \(left.shape)\(transposingLeft ? " transposed" : "") and \(right.shape)\(transposingRight ? " transposed" : "")"
    )
    precondition(
      max(rows, columns, inner, left.tensor.width, right.tensor.width) <= Int32.max,
      "matrixProduct: \(left.shape) and \(right.shape) are too large for OpenBLAS")
    guard count > 0, inner > 0 else {
      if keeping == 0 { self = Tensor(zeros: shape) }
      return
    }
    makeUnique()
    if openblas_get_num_threads() != 1 { openblas_set_num_threads(1) }
    let (x, y) = (left.tensor.aligned(), right.tensor.aligned())
    let (leftStride, rightStride) = (x.width, y.width)
    let (leftStart, rightStart) = (left.range.lowerBound, right.range.lowerBound)
    withExtendedLifetime((x, y, self)) {
      let (a, b, c) = (x.floatAddress, y.floatAddress, floatAddress)
      @Sendable func part(_ m: Range<Int>, _ n: Range<Int>) {
        cblas_sgemm(
          CblasRowMajor, transposingLeft ? CblasTrans : CblasNoTrans,
          transposingRight ? CblasTrans : CblasNoTrans, Int32(m.count), Int32(n.count), Int32(inner), 1,
          a.floats(leftStart + (transposingLeft ? m.lowerBound : m.lowerBound * leftStride)),
          Int32(leftStride),
          b.floats(rightStart + (transposingRight ? n.lowerBound * rightStride : n.lowerBound)),
          Int32(rightStride), keeping,
          c.mutableFloats(m.lowerBound * columns + n.lowerBound), Int32(columns))
      }
      let isTall = rows >= columns
      let length = isTall ? rows : columns
      let parts = length < 64 ? 1 : Team.shared.threadCount
      Team.shared.run(parts) { index in
        // Cut at multiples of 16, which OpenBLAS's kernels take whole.
        let range = Self.cut(length, index, of: parts)..<Self.cut(length, index + 1, of: parts)
        guard !range.isEmpty else { return }
        if isTall { part(range, 0..<columns) } else { part(0..<rows, range) }
      }
    }
  }

  private static func cut(_ length: Int, _ index: Int, of parts: Int) -> Int {
    index == parts ? length : length * index / parts / 16 * 16
  }
}
