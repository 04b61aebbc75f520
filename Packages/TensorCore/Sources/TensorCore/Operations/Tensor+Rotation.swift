internal import CKernels

extension Tensor {
  /// Rotates the heads in a range of columns by their rows' positions, in place.
  ///
  /// - Shape: `self` `[tokens, width]` float32; `columns` a whole number of heads; `positions` one a token.
  /// - Parameters:
  ///   - headWidth: At least the table's width; what a head has beyond that stays.
  ///   - positions: Each in `0 ..< table.maximumPosition`.
  /// - Precondition: As above.
  public mutating func rotate(
    columns: Range<Int>, headWidth: Int, by table: RotaryTable, at positions: [Int32]
  ) {
    rotate(columns: columns, headWidth: headWidth, by: table, at: positions, backwards: false)
    self = recorded(
      from: node,
      backward: { [node] gradient, adjoints in
        var gradient = gradient
        gradient.rotate(columns: columns, headWidth: headWidth, by: table, at: positions, backwards: true)
        adjoints.add(gradient, to: node)
      })
  }

  /// Rotates by the angles or, for the gradient of that, by their negatives.
  private mutating func rotate(
    columns: Range<Int>, headWidth: Int, by table: RotaryTable, at positions: [Int32], backwards: Bool
  ) {
    precondition(
      holds(columns, ofHeads: headWidth) && table.width <= headWidth && positions.count == rowCount,
      "rotate: columns \(columns) of x \(shape), heads of \(headWidth), table of \(table.width), \(positions.count) positions"
    )
    guard let last = positions.max(), let first = positions.min() else { return }
    precondition(first >= 0, "rotate: position \(first)")
    let angles = table.angles(below: Int(last) + 1, backwards: backwards)
    makeUnique()
    let kernel = InstructionSet.current.kernels.rows.pointee.rotate!
    let width = self.width
    let rotating = table.width
    let interleaved: Int32 = table.layout == .interleaved ? 1 : 0
    withExtendedLifetime((self, angles)) {
      let x = floatAddress
      let angle = angles.floatAddress
      inParallel(rowCount, grain: grainOfRows) { rows in
        for row in rows {
          let cosines = angle.floats(Int(positions[row]) * rotating)
          kernel(
            x.mutableFloats(row * width + columns.lowerBound), cosines, cosines + rotating / 2,
            columns.count / headWidth, headWidth, rotating / 2, interleaved)
        }
      }
    }
  }
}
