import Sharding
import TensorCore

extension Norm {
  /// Normalises every head in a range of columns, in place.
  ///
  /// - Precondition: As wide as a head; rows under a layer norm are not recorded.
  func normalizeHeads(of rows: inout Tensor, columns: Range<Int>, headWidth: Int) {
    if isCentered {
      let bias = bias?.tensor
      return rows.layerNormalizeHeads(
        columns: columns, headWidth: headWidth,
        weight: weight.tensor.reshaped([weight.tensor.count]).adding(offset), bias: bias,
        epsilon: epsilon)
    }
    rows.rmsNormalizeHeads(
      columns: columns, headWidth: headWidth, weight: weight, offset: offset, epsilon: epsilon)
  }

  /// Normalises a range of columns, in place, which with those of the other ranks are one vector of `width` elements.
  ///
  /// Squares are summed in float64 on each rank, and in float32 over ranks: one small all-reduce. An element that
  /// several ranks hold copies of counts once.
  ///
  /// - Precondition: A root mean square norm, of which this rank holds the gains of its columns.
  /// - Throws: ``ModelError`` in a pass that is recorded.
  func normalize(
    _ rows: inout Tensor, columns: Range<Int>, ofWhole width: Int, shards: Int, _ pass: ForwardPass
  ) throws {
    precondition(!isCentered, "heads under a layer norm")
    try pass.requireUnrecorded()
    let (count, rowWidth) = (rows.rowCount, rows.width)
    let copies = Double(shards * columns.count) / Double(width)
    let own: [Float] = rows.withElements { elements in
      (0..<count).map { row in
        var sum = 0.0
        for column in columns {
          let element = Double(elements[row * rowWidth + column])
          sum += element * element
        }
        return Float(sum / copies)
      }
    }
    var squares = Tensor(own, shape: [count])
    try pass.communicator.allReduce(&squares, named: "norm of all heads")
    let factors = squares.floats.map { sum in
      let mean = Double(sum) / Double(width) + Double(epsilon)
      return Float(1 / mean.squareRoot())
    }
    let gains = weight.tensor.floats.map { $0 + offset }
    rows.withMutableElements { elements in
      for row in 0..<count {
        for (gain, column) in zip(gains, columns) { elements[row * rowWidth + column] *= factors[row] * gain }
      }
    }
  }
}
