import TensorCore
import TensorCoreTesting
import Testing

@Suite("Product of two changing tensors")
struct MatrixProductTests {
  @Test(
    "A product of two tensors keeps its error bound in every orientation", arguments: [false, true],
    [false, true])
  func orientations(transposingSelf: Bool, transposingOther: Bool) {
    let (rows, inner, columns) = (7, 33, 5)
    var random = SeededGenerator(seed: 1)
    let a = random.floats(rows * inner)
    let b = random.floats(inner * columns)
    func element(_ x: [Float], _ row: Int, _ column: Int, of size: (Int, Int), transposed: Bool) -> Double {
      Double(transposed ? x[column * size.0 + row] : x[row * size.1 + column])
    }
    let product = Tensor(a, shape: transposingSelf ? [inner, rows] : [rows, inner]).matrixProduct(
      Tensor(b, shape: transposingOther ? [columns, inner] : [inner, columns]),
      transposingSelf: transposingSelf, transposingOther: transposingOther)
    #expect(product.shape == [rows, columns])
    var exact: [Double] = []
    var bounds: [Double] = []
    for row in 0..<rows {
      for column in 0..<columns {
        let terms = (0..<inner).map {
          element(a, row, $0, of: (rows, inner), transposed: transposingSelf)
            * element(b, $0, column, of: (inner, columns), transposed: transposingOther)
        }
        exact.append(terms.reduce(0, +))
        bounds.append(terms.reduce(0) { $0 + abs($1) } * Double(inner) * 0x1p-24)
      }
    }
    #expect(worstShare(of: bounds, product.floats, exact) <= 1)
  }

  @Test("A product of empty tensors is empty, or zero")
  func empty() {
    #expect(Tensor(zeros: [0, 3]).matrixProduct(Tensor(zeros: [3, 2])).shape == [0, 2])
    #expect(Tensor(zeros: [2, 0]).matrixProduct(Tensor(zeros: [0, 1])).floats == [0, 0])
  }
}
