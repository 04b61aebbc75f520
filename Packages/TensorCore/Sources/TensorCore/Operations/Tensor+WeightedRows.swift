extension Tensor {
  /// Adds rows, each times a factor, to rows of this tensor: row i to `places[i]`, in place where this storage is not
  /// shared.
  ///
  /// - Shape: `self` `[count, C]`, `rows` `[places.count, C]`, both float32.
  /// - Returns: Products and sums are rounded one after the other, so that a row's bits depend on what it is given alone.
  /// - Precondition: The shapes fit; places are in `0 ..< count`, none twice.
  public mutating func addRows(_ rows: Tensor, times factors: [Float], to places: [Int32]) {
    requireUnrecorded()
    rows.requireUnrecorded()
    precondition(
      rows.shape == [places.count, width] && factors.count == places.count && shape.count == 2,
      "addRows: \(rows.shape) times \(factors.count) to \(places.count) rows of \(shape)")
    for place in places {
      precondition(place >= 0 && Int(place) < rowCount, "addRows: row \(place) of \(shape)")
    }
    makeUnique()
    let (x, width) = (rows.aligned(), width)
    withExtendedLifetime((self, x)) {
      let (from, to) = (x.floatAddress, floatAddress)
      inParallel(places.count, grain: grainOfRows) { range in
        for row in range {
          let (source, target) = (from.floats(row * width), to.mutableFloats(Int(places[row]) * width))
          let factor = factors[row]
          for column in 0..<width { target[column] += factor * source[column] }
        }
      }
    }
  }

  /// Multiplies each row with a factor of its own, in place where this storage is not shared.
  ///
  /// - Precondition: A float32 tensor of as many rows as there are factors.
  public mutating func scaleRows(by factors: [Float]) { scaleColumns(0..<width, by: factors) }

  /// Multiplies some columns of each row with a factor of the row's own, in place where this storage is not shared.
  ///
  /// - Precondition: A float32 tensor of as many rows as there are factors, and of the columns.
  public mutating func scaleColumns(_ columns: Range<Int>, by factors: [Float]) {
    requireUnrecorded()
    precondition(
      factors.count == rowCount && columns.lowerBound >= 0 && columns.upperBound <= width,
      "scaleColumns: \(factors.count) factors for \(columns) of \(shape)")
    makeUnique()
    let width = width
    withExtendedLifetime(self) {
      let to = floatAddress
      inParallel(rowCount, grain: grainOfRows) { range in
        for row in range {
          let target = to.mutableFloats(row * width)
          for column in columns { target[column] *= factors[row] }
        }
      }
    }
  }
}
