import TensorCore
import Testing
import Weights

@Suite("Safetensors")
struct SafetensorsTests {
  /// A file of a header and `data` zeros behind it.
  private static func file(_ header: String, data: Int, length: UInt64? = nil) -> [UInt8] {
    .little(length ?? UInt64(header.utf8.count)) + Array(header.utf8) + Array(repeating: 0, count: data)
  }

  @Test("reads names, shapes, types, metadata and elements")
  func reads() throws {
    let header =
      #"{"__metadata__":{"format":"pt"},"b\u00e9":{"dtype":"F32","shape":[2,1],"data_offsets":[2,10]},"#
      + #""a":{"shape":[],"dtype":"BF16","data_offsets":[0,2]},"empty":{"dtype":"F16","shape":[0,3],"data_offsets":[10,10]}}   "#
    let bytes =
      Self.file(header, data: 0) + [0x80, 0x3F] + .little(Float(2).bitPattern) + .little(Float(-3).bitPattern)
    let file = try TemporaryFile(bytes, ending: "safetensors")
    let weights = try openWeights(file.path)
    #expect(weights.names == ["bé", "a", "empty"])
    #expect(weights.metadata == ["format": "pt"])
    #expect(weights.shape(of: "bé") == [2, 1])
    #expect(weights.elementType(of: "a") == "BF16")
    #expect(try weights.tensor(named: "bé").floats == [2, -3])
    #expect(try weights.tensor(named: "a").floats == [1])
    #expect(try weights.tensor(named: "empty").shape == [0, 3])
    #expect(throws: WeightsError(.noTensor("emty", nearest: "empty"), path: file.path)) {
      try weights.tensor(named: "emty")
    }
  }

  /// What a truncated, lying or hostile header gets: a sentence, and nothing allocated.
  @Test(
    "refuses what does not fit the file",
    arguments: [
      ("", nil, 0, "a safetensors file begins with 8 bytes"),
      ("{}", 1 << 62, 0, "the header claims 4611686018427387904 bytes, the format allows 100000000"),
      ("{}", 99_999_999, 0, "the header claims 99999999 bytes, the file has 2"),
      ("{", nil, 0, "found the end"),
      ("[]", nil, 0, "expected '{'"),
      ("{} x", nil, 0, "expected the end, found 'x'"),
      (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
        nil, 8, "'a' occurs twice"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, nil, 4,
        "tensor 'a': bytes 0..<8 lie past the end, 4 follow the header"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, nil, 4,
        "tensor 'a': shape [2] of F32 needs 8 bytes, data_offsets hold 4"
      ),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, nil, 8, "are no range"),
      (
        #"{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,8]}}"#, nil, 8,
        "larger than any memory"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[0,9223372036854775807,9],"data_offsets":[0,0]}}"#, nil, 0,
        "larger than any memory"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}"#, nil, 8,
        "needs whole numbers from 0"
      ),
      (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}"#, nil, 8, "needs whole numbers from 0"),
      (
        #"{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}"#, nil, 4,
        "more than 8 numbers"
      ),
      (#"{"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}"#, nil, 4, "tensor 'a': unknown dtype 'F99'"),
      (
        #"{"a":{"dtype":"I8","shape":[4],"data_offsets":[0,4]}}"#, nil, 4,
        "elements of type 'I8', which is not supported"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#,
        nil, 6, "tensors 'a' and 'b' overlap"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, nil, 8,
        "8 bytes follow the header, its tensors hold 4"
      ),
      (#"{"a":{"dtype":"F32","shape":[1]}}"#, nil, 4, "needs 'dtype', 'shape' and 'data_offsets'"),
      (#"{"__metadata__":{"n":1}}"#, nil, 0, "metadata 'n' is no text"),
      (#"{"__metadata__":{"a":"\ud800"}}"#, nil, 0, "half a surrogate pair"),
    ] as [(String, UInt64?, Int, String)])
  func refuses(header: String, length: UInt64?, data: Int, sentence: String) throws {
    let bytes = header.isEmpty ? [1, 2, 3] : Self.file(header, data: data, length: length)
    let found = try refusal(bytes, "safetensors")
    #expect(found?.contains(sentence) == true, "\(found ?? "opened")")
  }

  @Test("refuses deep nesting") func nesting() throws {
    let deep = #"{"__metadata__":{"a":"# + String(repeating: "[", count: 1_000_000)
    #expect(
      try refusal(Self.file(deep, data: 0), "safetensors")?.contains("nested deeper than 64 levels") == true)
  }

  @Test("refuses pickles with the way to convert them", arguments: ["bin", "pt", "pth"]) func pickles(
    ending: String
  ) throws {
    #expect(try refusal([0x80, 2], ending)?.contains("save_pretrained") == true)
  }
}
