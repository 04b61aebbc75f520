/// A way to store quantised weights in a folder that is read, as `quantization_config` names it.
public struct QuantizationMethod: Sendable {
  /// `quant_method`.
  public let name: String
  /// Which of its forms are read.
  public let forms: String
  /// How weights are held.
  public let held: String

  /// All that are read.
  public static let all = [
    QuantizationMethod(
      name: "gptq", forms: "2, 3, 4, 8 bits", held: "blocks; the order of activations decoded to float32"),
    QuantizationMethod(name: "awq", forms: "gemm, 4 bits", held: "blocks"),
    QuantizationMethod(
      name: "compressed-tensors",
      forms: "pack-quantized of 2, 3, 4, 8 bits; int-quantized; float-quantized of 8 bits", held: "blocks"),
    QuantizationMethod(
      name: "fp8", forms: "e4m3 in tiles or whole matrices", held: "blocks, a byte a weight"),
    QuantizationMethod(name: "mxfp4", forms: "experts of gpt-oss", held: "bfloat16"),
  ]
}
