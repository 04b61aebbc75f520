import Basics
import TensorCore
import Testing
import Weights

@Suite("Safetensors")
struct SafetensorsTests {
  /// A file of a header and `data` zeros behind it.
  private static func file(_ header: String, data: Int, length: UInt64? = nil) -> [UInt8] {
    .little(length ?? UInt64(header.utf8.count)) + Array(header.utf8) + Array(repeating: 0, count: data)
  }

  @Test("A safetensors file gives names, shapes, types, metadata and elements")
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

  /// What a truncated, lying or hostile header gets: an error, and nothing allocated.
  @Test(
    "A safetensors file whose parts do not fit each other is refused",
    arguments: [
      ("", nil, 0, .size(of: "length of the header", expected: 8, found: 3)),
      (
        "{}", 1 << 62, 0,
        .violation(
          .value("length of the header", expected: "at most 100000000", found: "4611686018427387904"))
      ),
      ("{}", 99_999_999, 0, .size(of: "header", expected: 99_999_999, found: 2)),
      ("{", nil, 0, json(.expected("a value or an end", found: nil))),
      ("[]", nil, 0, json(.expected("'{'", found: "'['"))),
      ("{} x", nil, 0, json(.expected("the end", found: "'x'"))),
      (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
        nil, 8, json(.repeated(name: "a"))
      ),
      (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, nil, 4,
        .size(of: "what follows the header", expected: 8, found: 4)
      ),
      (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, nil, 4,
        .size(of: "data_offsets of shape [2] of F32", expected: 8, found: 4)
      ),
      (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, nil, 8,
        json(
          .violation(
            .value("data_offsets of tensor 'a'", expected: "where it begins and ends", found: "[8, 0]")))
      ),
      (
        #"{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,8]}}"#, nil, 8,
        .shape(.tooLarge(shape: [4_294_967_296, 4_294_967_296, 4_294_967_296, 4]))
      ),
      (
        #"{"a":{"dtype":"F32","shape":[0,9223372036854775807,9],"data_offsets":[0,0]}}"#, nil, 0,
        .shape(.tooLarge(shape: [0, .max, 9, 4]))
      ),
      (
        #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}"#, nil, 8,
        json(.violation(.value("shape of tensor 'a'", expected: "whole numbers from 0")))
      ),
      (
        #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}"#, nil, 8,
        json(.violation(.value("shape of tensor 'a'", expected: "whole numbers from 0")))
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}"#, nil, 4,
        json(.violation(.value("shape of tensor 'a'", expected: "at most 8 numbers")))
      ),
      (
        #"{"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}"#, nil, 4,
        .elementType(found: "F99", isKnown: false)
      ),
      (
        #"{"a":{"dtype":"F8_E8M0","shape":[4],"data_offsets":[0,4]}}"#, nil, 4,
        .elementType(found: "F8_E8M0", isKnown: true)
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#,
        nil, 6, .overlap(["a", "b"])
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, nil, 8,
        .size(of: "all tensors, behind the header", expected: 4, found: 8)
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1]}}"#, nil, 4,
        json(.violation(.value("tensor 'a'", expected: "'dtype', 'shape' and 'data_offsets'")))
      ),
      (
        #"{"__metadata__":{"n":1}}"#, nil, 0, json(.violation(.value("metadata 'n'", expected: "a text")))
      ),
      (#"{"__metadata__":{"a":"\ud800"}}"#, nil, 0, json(.surrogate)),
    ] as [(String, UInt64?, Int, WeightsError.Kind)])
  func refuses(header: String, length: UInt64?, data: Int, kind: WeightsError.Kind) throws {
    let bytes = header.isEmpty ? [1, 2, 3] : Self.file(header, data: data, length: length)
    let found = try refusal(bytes, "safetensors")
    if case .noJSON(let error) = found?.kind {
      #expect(Self.json(error.kind) == kind)
    } else {
      #expect(found?.kind == kind)
    }
  }

  /// JSON that is refused, at whatever byte.
  private static func json(_ kind: JSONError.Kind) -> WeightsError.Kind {
    .noJSON(JSONError(kind, offset: 0))
  }

  @Test("A header that nests deeply is refused") func nesting() throws {
    let deep = #"{"__metadata__":{"a":"# + String(repeating: "[", count: 1_000_000)
    guard case .noJSON(let error) = try refusal(Self.file(deep, data: 0), "safetensors")?.kind else {
      Issue.record("opened")
      return
    }
    #expect(error.kind == .tooDeep(most: 64))
  }

  @Test("A pickle is refused with the way to convert it", arguments: ["bin", "pt", "pth"]) func pickles(
    ending: String
  ) throws {
    #expect(try refusal([0x80, 2], ending)?.kind == .pickle(isOnly: false))
  }
}
