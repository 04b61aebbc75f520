internal import CHDF5
internal import CZlib
internal import Sharding

/// How the chunks of a dataset are stored.
private struct ChunkPipeline {
  /// Lengths of a chunk.
  let chunk: [Int]
  /// Bytes of a chunk in memory.
  let byteCount: Int
  /// Bytes that checksums add before deflate, and after it.
  var checksumsBefore = 0
  var checksumsAfter = 0
  var isDeflated = false
}

extension HDF5File {
  /// Makes sure that every chunk that a read touches gives as many bytes as it should.
  ///
  /// Release 1.10.8 copies a whole chunk out of whatever came out of its filters, also where that is shorter, and so
  /// reads memory that is not its own.
  func checkChunks(
    of dataset: borrowing HDF5Handle, _ header: HDF5Dataset, width: Int, slice: TensorSlice?
  ) throws(HDF5Error) {
    let action = HDF5Error.Action.read(object: header.path)
    let properties = try HDF5Handle.properties(H5Dget_create_plist(dataset.id), action)
    guard H5Pget_layout(properties.id) == H5D_CHUNKED else { return }
    let pipeline = try pipeline(properties, rank: header.shape.count, width: width, action)
    // The first and the last chunk of each axis that the slice reaches into.
    var first: [Int] = []
    var last: [Int] = []
    for (axis, chunk) in pipeline.chunk.enumerated() {
      let range = slice.map { ($0.ranges[axis].first!.lowerBound, $0.ranges[axis].last!.upperBound) }
      first.append((range?.0 ?? 0) / chunk)
      last.append(((range?.1 ?? header.shape[axis]) - 1) / chunk)
    }
    var index = first
    while true {
      try checkChunk(zip(index, pipeline.chunk).map { hsize_t($0 * $1) }, of: dataset, pipeline, action)
      guard let axis = index.indices.last(where: { index[$0] < last[$0] }) else { return }
      index[axis] += 1
      for later in index.indices.dropFirst(axis + 1) { index[later] = first[later] }
    }
  }

  private func pipeline(
    _ properties: borrowing HDF5Handle, rank: Int, width: Int, _ action: HDF5Error.Action
  ) throws(HDF5Error) -> ChunkPipeline {
    var lengths = [hsize_t](repeating: 0, count: rank)
    guard H5Pget_chunk(properties.id, Int32(rank), &lengths) == rank else { throw HDF5Error(action) }
    let chunk = lengths.map { Int($0) }
    var pipeline = ChunkPipeline(chunk: chunk, byteCount: chunk.reduce(width, *))
    for index in 0..<max(0, H5Pget_nfilters(properties.id)) {
      var flags: UInt32 = 0
      var valueCount = 0
      var configuration: UInt32 = 0
      switch H5Pget_filter2(properties.id, UInt32(index), &flags, &valueCount, nil, 0, nil, &configuration) {
      case H5Z_FILTER_DEFLATE:
        guard !pipeline.isDeflated else { throw HDF5Error(action, reason: "it is deflated twice") }
        pipeline.isDeflated = true
      case H5Z_FILTER_FLETCHER32:
        if pipeline.isDeflated { pipeline.checksumsAfter += 4 } else { pipeline.checksumsBefore += 4 }
      default: break  // shuffle keeps the length
      }
    }
    return pipeline
  }

  private func checkChunk(
    _ offset: [hsize_t], of dataset: borrowing HDF5Handle, _ pipeline: ChunkPipeline,
    _ action: HDF5Error.Action
  ) throws(HDF5Error) {
    var stored: hsize_t = 0
    try check(H5Dget_chunk_storage_size(dataset.id, offset, &stored), action)
    guard stored > 0 else { throw HDF5Error(action, reason: "the chunk at \(offset) was never written") }
    guard stored <= byteCount else {
      throw HDF5Error(action, reason: "the chunk at \(offset) is larger than the file")
    }
    var found = Int(stored) - pipeline.checksumsAfter
    if pipeline.isDeflated {
      var bytes = [UInt8](repeating: 0, count: Int(stored))
      var skipped: UInt32 = 0
      try check(H5Dread_chunk(dataset.id, chdf5_default(), offset, &skipped, &bytes), action)
      guard skipped == 0 else { throw HDF5Error(action, reason: "the chunk at \(offset) skipped a filter") }
      found = inflatedByteCount(bytes.dropLast(pipeline.checksumsAfter), atMost: pipeline.byteCount + 4)
    }
    let expected = pipeline.byteCount + pipeline.checksumsBefore
    guard found == expected else {
      throw HDF5Error(
        action,
        reason: "the chunk at \(offset): expected \(expected) bytes, found \(found < 0 ? "none" : "\(found)")"
      )
    }
  }
}

/// Bytes that a zlib stream holds; -1 for one that is damaged or holds more than `limit`.
private func inflatedByteCount(_ stream: ArraySlice<UInt8>, atMost limit: Int) -> Int {
  var result = [UInt8](repeating: 0, count: limit)
  var byteCount = uLongf(limit)
  let status = uncompress(&result, &byteCount, Array(stream), uLong(stream.count))
  return status == Z_OK ? Int(byteCount) : -1
}
