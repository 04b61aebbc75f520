import Foundation
import Models

/// A model's files to a model that is ready to run: opened, widened, packed.
struct LoadingBenchmark {
  private let path: String

  init(_ path: String) { self.path = path }

  func run() throws {
    for activation in [ActivationType.float32, .bfloat16] {
      var types = NumericTypes()
      types.activation = activation
      let seconds = try fastest(of: 5) { _ = try Backbone(path: path, types: types) }
      print("\(path) in \(activation.rawValue): \(String(format: "%.3f", seconds)) s")
    }
  }
}
