internal import CHDF5
internal import TensorCore

extension ElementType {
  /// The little-endian HDF5 type of an element; the caller's own copy.
  ///
  /// HDF5 1.10 has neither 16-bit float predefined. They are described by their bits, so that any reader (h5py
  /// shows bfloat16 as float32) can convert them.
  func makeHDF5Type() throws(HDF5Error) -> HDF5Handle {
    let base =
      switch self {
      case .float32, .bfloat16, .float16: chdf5_ieee_f32le()
      case .float64: chdf5_ieee_f64le()
      case .int64: chdf5_std_i64le()
      case .int32: chdf5_std_i32le()
      case .uint16: chdf5_std_u16le()
      case .uint8: chdf5_std_u8le()
      }
    let action = HDF5Error.Action.write(object: rawValue)
    let type = try HDF5Handle.type(H5Tcopy(base), action)
    switch self {
    case .bfloat16: try type.setFloat(exponentBits: 8, mantissaBits: 7, bias: 127, action)
    case .float16: try type.setFloat(exponentBits: 5, mantissaBits: 10, bias: 15, action)
    default: break
    }
    return type
  }
}

extension HDF5Handle {
  /// Turns a 32-bit float type into a 16-bit one: sign, exponent, mantissa from the highest bit down.
  fileprivate borrowing func setFloat(
    exponentBits: Int, mantissaBits: Int, bias: Int, _ action: HDF5Error.Action
  ) throws(HDF5Error) {
    try check(H5Tset_fields(id, 15, mantissaBits, exponentBits, 0, mantissaBits), action)
    try check(H5Tset_precision(id, 16), action)
    try check(H5Tset_size(id, 2), action)
    try check(H5Tset_ebias(id, bias), action)
  }
}
