import Foundation
import TensorCore
import Testing
import Weights

@Suite("Writing safetensors")
struct SafetensorsWritingTests {
  @Test("Weights that were written are read bit for bit")
  func readsBack() throws {
    let matrix = Tensor([1.5, -2, .infinity, 0.1], shape: [2, 2])
    let tensors = [
      ("matrix", matrix), ("half", matrix.converted(to: .bfloat16)), ("empty", Tensor(zeros: [0, 3])),
      ("scalar", Tensor([-0.0], shape: [])),
    ]
    let parts = tensors.map { name, tensor in
      SafetensorsFile.Part(name, shape: tensor.shape, elementType: tensor.elementType) { tensor }
    }
    let file = try TemporaryFile([], ending: "safetensors")
    try SafetensorsFile.write(parts, metadata: ["format": "pt"], to: file.path)

    let read = try SafetensorsFile(path: file.path)
    #expect(read.metadata == ["format": "pt"])
    #expect(Set(read.names) == Set(tensors.map(\.0)))
    for (name, tensor) in tensors {
      let found = try read.tensor(named: name)
      #expect(found.shape == tensor.shape && found.elementType == tensor.elementType)
      #expect(found.floats.map(\.bitPattern) == tensor.floats.map(\.bitPattern))
    }
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file.path))
    #expect(bytes[0] % 8 == 0, "elements begin at a multiple of eight")
  }

  @Test("A place that cannot be written to is named")
  func unwritable() {
    let path = "/nowhere/model.safetensors"
    #expect(throws: WeightsError(.unwritable(reason: "no such file or directory"), path: path)) {
      try SafetensorsFile.write([], to: path)
    }
  }
}
