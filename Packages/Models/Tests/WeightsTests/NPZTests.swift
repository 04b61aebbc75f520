import TensorCore
import Testing
import Weights

@Suite("NumPy archives")
struct NPZTests {
  @Test("are read like any weights") func reads() throws {
    let arrays = try openWeights(Fixtures.path("arrays.npz"))
    let expected = try openWeights(Fixtures.path("arrays.safetensors"))
    #expect(Set(arrays.names) == Set(expected.names))
    for name in expected.names {
      #expect(arrays.shape(of: name) == expected.shape(of: name))
      #expect(try arrays.tensor(named: name).floats == expected.tensor(named: name).floats)
    }
    #expect(arrays.elementType(of: "half") == "<f2")
  }

  @Test("that are compressed are refused") func compressed() {
    #expect(throws: WeightsError.self) { try openWeights(Fixtures.path("compressed.npz")) }
  }

  @Test("are refused at every truncation") func truncations() throws {
    let file = try MappedFile(path: Fixtures.path("arrays.npz"))
    let bytes = file.withBytes { span in
      (0..<span.byteCount).map { span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
    }
    for length in 0..<bytes.count { #expect(try refusal(Array(bytes[..<length]), "npz") != nil) }
  }
}
