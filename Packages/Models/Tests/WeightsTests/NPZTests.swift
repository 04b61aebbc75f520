import Foundation
import TensorCore
import Testing
import Weights

@Suite("NumPy archives")
struct NPZTests {
  @Test("A NumPy archive is read like any weights") func reads() throws {
    let arrays = try openWeights(Fixtures.path("arrays.npz"))
    let expected = try openWeights(Fixtures.path("arrays.safetensors"))
    #expect(Set(arrays.names) == Set(expected.names))
    for name in expected.names {
      #expect(arrays.shape(of: name) == expected.shape(of: name))
      #expect(try arrays.tensor(named: name).floats == expected.tensor(named: name).floats)
    }
    #expect(arrays.elementType(of: "half") == "<f2")
  }

  @Test("A compressed NumPy archive is refused") func compressed() {
    #expect(throws: WeightsError.self) { try openWeights(Fixtures.path("compressed.npz")) }
  }

  /// NumPy reads each array to its end, and compares there.
  @Test("An array with a changed byte is refused when it is read, by name and checksum")
  func damaged() throws {
    var bytes = try Array(Data(contentsOf: URL(fileURLWithPath: Fixtures.path("arrays.npz"))))
    let intact = try openWeights(Fixtures.path("arrays.npz"))
    let first = intact.names[0]
    let header = try #require(bytes.firstRange(of: Array("NUMPY".utf8)))
    let place = try #require(bytes[header.upperBound...].firstIndex(of: UInt8(ascii: "\n"))) + 1
    bytes[place] ^= 1
    let file = try TemporaryFile(bytes, ending: "npz")
    let arrays = try openWeights(file.path)
    #expect {
      try arrays.tensor(named: first)
    } throws: { error in
      guard let error = error as? WeightsError, case .checksum(let expected, let found) = error.kind else {
        return false
      }
      return expected != found && error.tensor == first
    }
    for name in arrays.names.dropFirst() {
      #expect(try arrays.tensor(named: name).floats == intact.tensor(named: name).floats)
    }
  }

  @Test("Every truncation of a NumPy archive is refused") func truncations() throws {
    let file = try MappedFile(path: Fixtures.path("arrays.npz"))
    let bytes = file.withBytes { span in
      (0..<span.byteCount).map { span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
    }
    for length in 0..<bytes.count { #expect(try refusal(Array(bytes[..<length]), "npz") != nil) }
  }
}
