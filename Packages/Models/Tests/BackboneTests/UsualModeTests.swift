import Basics
import Foundation
import Models
import Sharding
import TensorCore
import Testing
import Weights

@Suite("Modes that files decide")
struct UsualModeTests {
  @Test(
    "A file's own type decides the mode: float32 is not rounded, 16 bits are bfloat16",
    arguments: [
      ("llama-biases-llama3", ActivationType.float32), ("llama-linear-shards", .bfloat16),
      ("llama", .bfloat16),
    ])
  func folder(name: String, expected: ActivationType) throws {
    let model = try Backbone(path: Reference(name).path)
    #expect(model.files.usualActivation == expected && model.mode == expected.mode)
    #expect(try model.files.survey(mesh: .solo).mode == expected.mode)
  }

  @Test("A mode that is given wins over the file's")
  func given() throws {
    for type in [ActivationType.float32, .bfloat16] {
      var types = NumericTypes.ofFiles
      types.activation = type
      #expect(try Backbone(path: Reference("llama").path, types: types).mode == type.mode)
    }
  }

  @Test(
    "Parameters that are rounded to 16 bits are computed in bfloat16",
    arguments: [ParameterType.bfloat16, .float16])
  func rounded(type: ParameterType) throws {
    var types = NumericTypes.ofFiles
    types.parameter = type
    #expect(try Backbone(path: Reference("llama").path, types: types).mode == .bfloat16)
  }

  @Test(
    "Quantised matrices among float32 vectors are computed in int16",
    .enabled(if: RealModelTests.hasSmolLM2, "no SmolLM2-135M"))
  func quantised() throws {
    let model = try BackboneFiles(RealModelTests.smollm2)
    #expect(model.usualActivation == .int16)
  }

  @Test("One float32 matrix among others of 16 bits keeps float32, and a float32 vector does not")
  func mixed() throws {
    for (widened, expected) in [("norm", ActivationType.bfloat16), ("down_proj", .float32)] {
      let folder = try Self.copy(of: "llama", widening: widened)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      #expect(try BackboneFiles(folder).usualActivation == expected, "\(widened)")
    }
  }

  /// A folder whose tensors of a kind are float32.
  private static func copy(of name: String, widening kind: String) throws -> String {
    let from = try Reference(name).path
    let folder = NSTemporaryDirectory() + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: from + "/config.json", toPath: folder + "/config.json")
    let weights = try openWeights(from)
    let parts = try weights.names.map { name in
      let tensor = try weights.tensor(named: name)
      let own = name.contains(kind) ? tensor.converted(to: .float32) : tensor
      return SafetensorsFile.Part(name, shape: own.shape, elementType: own.elementType) { own }
    }
    try SafetensorsFile.write(parts, to: folder + "/model.safetensors")
    return folder
  }
}
