import Foundation
import Models
import TensorCore
import Testing

@testable import Evaluations

/// Small random models with recurrent layers, which tests of Models compare with `transformers`.
private func model(_ name: String) throws -> Backbone {
  let packages = URL(fileURLWithPath: #filePath).appending(path: "../../../..").standardized
  var types = NumericTypes()
  types.activation = .float32
  return try Backbone(
    path: packages.appending(path: "Models/Tests/BackboneTests/Hybrids/\(name)").path, types: types)
}

@Suite("Recurrent models")
struct RecurrentModelTests {
  @Test(
    "Requests to a recurrent model have the bits of each alone, under any budget",
    arguments: ["mamba", "lfm2"])
  func bits(name: String) throws {
    let model = try model(name)
    let requests = requests(count: 24, seed: 2)
    let alone = try requests.map { try Engine(model).respond(to: [$0])[0] }
    let pageBytes = model.makeCache().pageByteCount
    for limits in [
      EngineLimits(), EngineLimits(rowsPerPass: 7, maxConcurrentSequences: 2),
      EngineLimits(rowsPerPass: 100, maxConcurrentSequences: 3, keyValueBytes: 5 * pageBytes),
      EngineLimits(keyValueBytes: 0),
    ] {
      #expect(try Engine(model, limits: limits).respond(to: requests) == alone, "\(limits)")
    }
  }
}
