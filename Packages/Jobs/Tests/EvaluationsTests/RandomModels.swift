import Models
import ModelsTesting
import Sharding
import TensorCore

/// Small random models of three kinds, whole or as shards; the numbers depend on the kind only.
enum RandomModel: String, CaseIterable, Sendable {
  case gpt
  /// Eight heads on two.
  case groupedLlama
  case neoX

  static let vocabularySize = 5

  /// - Returns: The model of one rank of a mesh.
  func make(mesh: Mesh = .solo, rank: Int = 0) throws -> any LanguageModel {
    switch self {
    case .gpt:
      let settings = TinyGPT.settings {
        $0.setSizes(layers: 2, width: 16, heads: 4, blockSize: 192, vocabularySize: Self.vocabularySize)
      }
      return try GPT.read(
        settings, from: MemorySource(TinyGPT.parameters(settings)), mesh: mesh, rank: rank)
    case .groupedLlama:
      var settings = Llama.Configuration()
      settings.shape = shape(keyHeads: 2)
      settings.rotary.width = 8
      settings.windows = [nil, nil]
      settings.types.activation = .float32
      return Llama(settings, parameters: reader(Llama.sharding, mesh, rank))
    case .neoX:
      var settings = GPTNeoX.Configuration()
      settings.shape = shape(keyHeads: 8)
      settings.rotary.width = 8
      settings.types.activation = .float32
      return GPTNeoX(settings, parameters: reader(GPTNeoX.sharding, mesh, rank))
    }
  }

  private func shape(keyHeads: Int) -> DecoderShape {
    var shape = DecoderShape()
    shape.vocabularySize = Self.vocabularySize
    (shape.width, shape.layers, shape.hidden) = (64, 2, 96)
    (shape.heads, shape.keyHeads, shape.headWidth) = (8, keyHeads, 8)
    shape.blockSize = 192
    return shape
  }

  private func reader(_ rules: [(LogicalAxis, MeshAxis?)], _ mesh: Mesh, _ rank: Int) -> ParameterReader {
    ParameterReader(initializing: RandomKey(seed: 7), rules: rules, mesh: mesh, rank: rank)
  }
}
