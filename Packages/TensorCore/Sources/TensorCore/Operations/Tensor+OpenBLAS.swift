// The only file that knows OpenBLAS.
internal import COpenBLAS

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
    precondition(shape.count == 2 && other.shape.count == 2, "matrixProduct of \(shape) and \(other.shape)")
    let (rows, inner) = transposingSelf ? (shape[1], shape[0]) : (shape[0], shape[1])
    let (otherInner, columns) =
      transposingOther ? (other.shape[1], other.shape[0]) : (other.shape[0], other.shape[1])
    precondition(
      inner == otherInner,
      "matrixProduct: \(shape)\(transposingSelf ? " transposed" : "") and \(other.shape)\(transposingOther ? " transposed" : "")"
    )
    let size = [rows, columns, inner, shape[1], other.shape[1]].map { Int32(exactly: $0) }
    guard let m = size[0], let n = size[1], let k = size[2], let a = size[3], let b = size[4] else {
      preconditionFailure("matrixProduct: \(shape) and \(other.shape) are too large for OpenBLAS")
    }
    guard rows > 0, columns > 0, inner > 0 else { return Tensor(zeros: [rows, columns]) }
    let x = aligned()
    let y = other.aligned()
    let result = Tensor(undefined: [rows, columns])
    let threads = Int32(Team.shared.threadCount)
    if openblas_get_num_threads() != threads { openblas_set_num_threads(threads) }
    withExtendedLifetime((x, y, result)) {
      cblas_sgemm(
        CblasRowMajor, transposingSelf ? CblasTrans : CblasNoTrans,
        transposingOther ? CblasTrans : CblasNoTrans,
        m, n, k, 1, x.floatPointer, max(a, 1), y.floatPointer, max(b, 1), 0, result.mutableFloats, n)
    }
    return result
  }
}
