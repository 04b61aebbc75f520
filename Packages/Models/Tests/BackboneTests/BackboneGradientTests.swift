import Foundation
import Models
import TensorCore
import Testing
import Weights

/// What float64 says of a model's gradients; made by `Tools/make-references/gradients.py`.
private struct GradientReference {
  let ids: [Int32]
  let targets: [Int32]
  let loss: Double
  /// By the names of the model's file.
  let gradients: [String: [Float]]

  static let names = Reference.names.filter { FileManager.default.fileExists(atPath: path($0)) }
  static func path(_ name: String) -> String {
    Reference.folder.appending(path: "\(name)/gradients.safetensors").path
  }

  init(_ name: String) throws {
    ids = try Reference(name).ids
    let file = try SafetensorsFile(path: Self.path(name))
    targets = try file.tensor(named: "targets").int32s
    loss = Double(try file.tensor(named: "loss").floats[0])
    gradients = try file.names.filter { !["targets", "loss"].contains($0) }
      .reduce(into: [:]) { $0[$1] = try file.tensor(named: $1).floats }
  }

  /// The largest distance of a parameter's gradient from the reference, and the largest gradient of the model.
  func distance(_ found: [Float], _ name: String) -> (distance: Float, scale: Float) {
    guard let expected = gradients[name], expected.count == found.count else { return (.infinity, 1) }
    let scale = gradients.values.lazy.flatMap { $0 }.reduce(0) { max($0, abs($1)) }
    return (zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }, scale)
  }
}

/// A model with all its parameters.
private struct Trainable {
  let model: Backbone
  let files: BackboneFiles
  let parameters: [ReadParameter]

  init(_ path: String) throws {
    var settings = Backbone.Configuration()
    settings.weights = path
    settings.types = float32Types
    files = try BackboneFiles(path)
    let reader = ParameterReader(files.parameters, rules: Backbone.sharding)
    model = try Backbone(settings, parameters: reader)
    try reader.finish()
    parameters = reader.parameters
  }

  func gradients(_ reference: GradientReference) throws -> (loss: CrossEntropy, Gradients) {
    let loss = try model.crossEntropy(
      TokenBatch([reference.ids]), targets: TokenBatch([reference.targets]), tape: Tape())
    var gradients = Gradients()
    loss.backpropagate(scale: 1 / Float(loss.count), into: &gradients)
    return (loss, gradients)
  }
}

/// The bound is 2e-6 of the largest gradient, 32 units of 2^-24: two or three layers round some sixteen times each on
/// the way there and back, and all roundings of a row's chain may point one way. PyTorch's own float32 is off by up to
/// 2.6e-6 of it on these models.
@Suite("Gradients of backbones")
struct BackboneGradientTests {
  @Test(
    "The gradients of all parameters agree with transformers in float64", arguments: GradientReference.names)
  func agree(name: String) throws {
    let reference = try GradientReference(name)
    let trainable = try Trainable(Reference(name).path)
    let (loss, gradients) = try trainable.gradients(reference)
    #expect(abs(loss.mean - reference.loss) <= 1e-6 * reference.loss)
    for parameter in trainable.parameters {
      let found = try #require(gradients[parameter.parameter]?.floats, "\(parameter.path)")
      let (distance, scale) = reference.distance(found, trainable.files.name(of: parameter.path))
      #expect(distance <= 2e-6 * scale, "\(name) \(parameter.path): \(distance) of \(scale)")
    }
    #expect(
      trainable.parameters.map { trainable.files.name(of: $0.path) }.sorted()
        == reference.gradients.keys.sorted())
  }

  /// Layouts of their own: other orders of heads, and GPT-2's matrices the other way round.
  @Test("A GGUF file's embedding has the gradients of the folder's", arguments: Reference.converted)
  func gguf(name: String) throws {
    guard GradientReference.names.contains(name) else { return }
    let reference = try GradientReference(name)
    let trainable = try Trainable(Reference.gguf(name))
    let (_, gradients) = try trainable.gradients(reference)
    let folder = try BackboneFiles(Reference(name).path)
    let table = try #require(trainable.parameters.first)
    let (distance, scale) = reference.distance(
      gradients[table.parameter]!.floats, folder.name(of: table.path))
    #expect(distance <= 2e-6 * scale, "\(name) \(table.path): \(distance)")
    for parameter in trainable.parameters { #expect(gradients[parameter.parameter] != nil) }
  }

  @Test("Neither recording nor being trainable changes a bit of the logits", arguments: Reference.names)
  func recordingIsInvisible(name: String) throws {
    let ids = try Reference(name).ids
    let trainable = try Trainable(Reference(name).path).model
    let frozen = try Backbone(path: Reference(name).path, types: float32Types)
    let (batch, targets) = (TokenBatch([ids]), TokenBatch([ids.dropFirst() + [-1]]))
    let plain = try trainable.crossEntropy(batch, targets: targets)
    #expect(try trainable.crossEntropy(batch, targets: targets, tape: Tape()).sum == plain.sum)
    #expect(try frozen.crossEntropy(batch, targets: targets).sum == plain.sum)
    #expect(try frozen.logits(ids, passes: [70]).floats == trainable.logits(ids, passes: [70]).floats)
  }

  @Test(
    "An update of any parameter changes the logits",
    arguments: ["llama-biases-llama3", "gemma3", "neox", "gpt2"])
  func updates(name: String) throws {
    let reference = try Reference(name)
    let trainable = try Trainable(reference.path)
    var values = Dictionary(
      uniqueKeysWithValues: trainable.parameters.map { ($0.path, $0.parameter.tensor) })
    let before = try trainable.model.logits(reference.ids, passes: [70]).floats
    for (index, parameter) in trainable.parameters.enumerated() {
      parameter.parameter.update { $0.scale(by: 1 + Float(index % 5) / 16) }
      values[parameter.path] = parameter.parameter.tensor
    }
    var settings = Backbone.Configuration()
    settings.weights = reference.path
    settings.types = float32Types
    let fresh = try Backbone(
      settings,
      parameters: ParameterReader(MemorySource(values), rules: Backbone.sharding, isTrainable: false))
    let after = try trainable.model.logits(reference.ids, passes: [70]).floats
    #expect(after != before)
    #expect(after == (try fresh.logits(reference.ids, passes: [70]).floats))
  }

  @Test("A model that only scores frees its unpacked matrices")
  func lean() throws {
    let files = try BackboneFiles(Reference("llama").path)
    var settings = Backbone.Configuration()
    settings.weights = files.path
    let reader = ParameterReader(files.parameters, rules: Backbone.sharding, isTrainable: false)
    let model = try Backbone(settings, parameters: reader)
    #expect(!reader.parameters.isEmpty)
    for parameter in reader.parameters where parameter.axes.count > 1 {
      #expect(parameter.path == "embed_tokens/weight")
    }
    withExtendedLifetime(model) {}
  }
}
