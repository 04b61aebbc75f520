internal import Basics
internal import Sharding
internal import TensorCore

extension CheckpointContents {
  /// The elements of a dataset, or of a slice of it: mapped without a copy where the file has them in one piece, in this
  /// machine's order.
  func read(_ dataset: HDF5Dataset, element: ElementType, slice: TensorSlice? = nil) throws(HDF5Fault)
    -> Tensor
  {
    let slice = slice ?? TensorSlice(whole: dataset.shape)
    if slice.count == 0 { return Tensor(zeros: slice.shape, elementType: element) }
    switch dataset.placement {
    case .contiguous(let offset):
      let whole = try readContiguous(dataset, element, offset)
      return slice.isWhole ? whole : whole[slice]
    case .chunked(let table):
      var bytes = try naming(dataset.path) { () throws(HDF5Fault) in try table.bytes(of: slice, in: self) }
      if dataset.isBigEndian { swapBytes(of: &bytes, width: dataset.width) }
      return Tensor(shape: slice.shape, elementType: element, copying: bytes.span.bytes)
    }
  }

  private func readContiguous(
    _ dataset: HDF5Dataset, _ element: ElementType, _ offset: Int
  ) throws(HDF5Fault) -> Tensor {
    if dataset.isBigEndian {
      var bytes = withBytes { $0.array(offset..<offset + dataset.byteCount) }
      swapBytes(of: &bytes, width: dataset.width)
      return Tensor(shape: dataset.shape, elementType: element, copying: bytes.span.bytes)
    }
    do throws(TensorFileError) {
      return try tensor(shape: dataset.shape, elementType: element, offset: offset)
    } catch {
      throw HDF5Fault(
        .value(expected: "\(dataset.byteCount) bytes inside the file"), of: dataset.path,
        in: .init("elements", at: offset))
    }
  }
}

/// Turns each element around.
private func swapBytes(of bytes: inout [UInt8], width: Int) {
  guard width > 1 else { return }
  for start in stride(from: 0, to: bytes.count - width + 1, by: width) {
    for index in 0..<width / 2 { bytes.swapAt(start + index, start + width - 1 - index) }
  }
}
