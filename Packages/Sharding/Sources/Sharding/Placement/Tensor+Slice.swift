public import TensorCore

extension Tensor {
  /// The elements that `slice` names, as a dense tensor; of a mapped file only the pages that it touches are read.
  ///
  /// Rows that follow each other are not copied: the result shares storage.
  ///
  /// - Shape: `self` `slice.whole`, result `slice.shape`.
  /// - Precondition: `slice` is one of a tensor of this shape.
  public subscript(slice: TensorSlice) -> Tensor {
    precondition(slice.whole == shape, "slice \(slice) of a tensor \(shape)")
    if slice.isWhole { return self }
    if let rows = slice.rows { return self.rows(rows) }
    return gathering(runs: slice.runs, shape: slice.shape)
  }

  /// Puts the slices of all ranks together again.
  ///
  /// - Parameter pieces: Each slice with its elements. Where slices overlap (copies of a unit), the last one holds.
  /// - Precondition: The pieces are slices of one shape, have one element type, and cover all of it.
  public init(joining pieces: [(slice: TensorSlice, tensor: Tensor)]) {
    guard let first = pieces.first else { preconditionFailure("joining no pieces") }
    if first.slice.isWhole {
      self = first.tensor
      return
    }
    var whole = Tensor(zeros: first.slice.whole, elementType: first.tensor.elementType)
    for (slice, tensor) in pieces {
      precondition(
        slice.whole == whole.shape && slice.shape == tensor.shape,
        "a tensor \(tensor.shape) as slice \(slice) of \(whole.shape)")
      whole.scatter(tensor, into: slice.runs)
    }
    self = whole
  }
}
