import TensorCore

/// The examples of the README of TensorCore, which `ci/check-examples` compares with it. They compile here and
/// are not run: the files that they name are not here.
private func attention(_ path: String, _ rows: Tensor, _ gain: Tensor, _ shift: Tensor) throws -> Tensor {
  let weight = try Tensor(
    shape: [2304, 768], elementType: .bfloat16, file: MappedFile(path: path), offset: 4096)
  let qkv = PackedMatrix(weight, orientation: .outputsByInner, mode: .bfloat16)
  let cache = KVCache(layers: 1, keyHeads: 12, headWidth: 64, mode: .bfloat16)

  let segment = Segment(rows: 0..<7, start: 0, pages: [cache.allocate()])
  let fused = qkv.multiply(rows.layerNormalized(weight: gain, bias: shift, epsilon: 1e-5))
  cache.write(layer: 0, rows: fused, keyColumns: 768..<1536, valueColumns: 1536..<2304, segments: [segment])
  let mixed = fused.attending(
    queryColumns: 0..<768, heads: 12, to: cache, layer: 0, segments: [segment], scale: 0.125, window: nil)
  return mixed
}
