internal import TensorCore

/// How a GGUF file stores the elements of a tensor.
enum GGUFType {
  case plain(ElementType)
  case blocks(BlockFormat)

  /// By ggml's number.
  init?(code: UInt32) {
    switch code {
    case 0: self = .plain(.float32)
    case 1: self = .plain(.float16)
    case 2: self = .blocks(.q40)
    case 3: self = .blocks(.q41)
    case 6: self = .blocks(.q50)
    case 7: self = .blocks(.q51)
    case 8: self = .blocks(.q80)
    case 10: self = .blocks(.q2K)
    case 11: self = .blocks(.q3K)
    case 12: self = .blocks(.q4K)
    case 13: self = .blocks(.q5K)
    case 14: self = .blocks(.q6K)
    case 16: self = .blocks(.iq2XXS)
    case 17: self = .blocks(.iq2XS)
    case 18: self = .blocks(.iq3XXS)
    case 19: self = .blocks(.iq1S)
    case 20: self = .blocks(.iq4NL)
    case 21: self = .blocks(.iq3S)
    case 22: self = .blocks(.iq2S)
    case 23: self = .blocks(.iq4XS)
    case 26: self = .plain(.int32)
    case 27: self = .plain(.int64)
    case 28: self = .plain(.float64)
    case 29: self = .blocks(.iq1M)
    case 30: self = .plain(.bfloat16)
    case 34: self = .blocks(.tq10)
    case 35: self = .blocks(.tq20)
    case 39: self = .blocks(.mxfp4)
    case 40: self = .blocks(.nvfp4)
    default: return nil
    }
  }

  var name: String {
    switch self {
    case .plain(.float32): "F32"
    case .plain(.float16): "F16"
    case .plain(.bfloat16): "BF16"
    case .plain(.float64): "F64"
    case .plain(.int32): "I32"
    case .plain(.int64): "I64"
    case .plain(let type): type.rawValue
    case .blocks(let format): format.rawValue
    }
  }

  /// What ggml calls the numbers that we do not read.
  static func unsupportedName(_ code: UInt32) -> String {
    let names: [UInt32: String] = [
      4: "Q4_2", 5: "Q4_3", 9: "Q8_1", 15: "Q8_K", 24: "I8", 25: "I16", 31: "Q4_0_4_4", 32: "Q4_0_4_8",
      33: "Q4_0_8_8", 36: "IQ4_NL_4_4", 37: "IQ4_NL_4_8", 38: "IQ4_NL_8_8", 41: "Q1_0",
    ]
    return names[code] ?? "number \(code)"
  }

  func byteCount(of shape: [Int], in path: String) throws(TensorFileError) -> Int {
    switch self {
    case .plain(let type): try type.byteCount(of: shape, in: path)
    case .blocks(let format): try format.byteCount(of: shape, in: path)
    }
  }
}
