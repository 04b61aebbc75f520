import Sharding
import TensorCore

/// The attention that a ``HybridDecoder`` has in common settings.
struct AttentionPart: HybridPart {
  func make(_ place: HybridPlace) -> any HybridMixer {
    let shape = place.shape
    let attention = place.settings.attention.make(
      place.settings, place.settings.layers[place.layer], rotary: place.rotary, parameters: place.parameters)
    let keyHeads = max(1, shape.keyHeads / place.parameters.shards(of: .attention))
    return AttentionMixer(attention: attention, keyHeads: keyHeads, headWidth: shape.headWidth)
  }
}

private struct AttentionMixer: HybridMixer {
  let attention: GroupedAttention
  let keyHeads: Int
  let headWidth: Int

  var states: [LayerState] { [.attention(keyHeads: keyHeads, headWidth: headWidth)] }

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, firstState first: Int, adding residual: Tensor?)
    throws -> Tensor
  {
    try attention(rows, pass, layer: first, adding: residual)
  }
}

/// The feed-forward half that a ``HybridDecoder`` has in common settings.
struct FeedForwardPart: HybridPart {
  func make(_ place: HybridPlace) -> any HybridMixer {
    FeedForwardMixer(
      network: place.settings.feedForward.make(place.shape, mode: place.mode, parameters: place.parameters))
  }
}

/// A mixture of experts.
struct MixturePart: HybridPart {
  /// The path of its parameters below the layer.
  var name: String
  var mixture: MixtureOfExperts.Configuration

  init(_ name: String, _ mixture: MixtureOfExperts.Configuration) {
    self.name = name
    self.mixture = mixture
  }

  func make(_ place: HybridPlace) -> any HybridMixer {
    FeedForwardMixer(
      network: MixtureOfExperts(
        mixture, shape: place.shape, mode: place.mode, parameters: place.parameters.scoped(along: name)))
  }
}

private struct FeedForwardMixer: HybridMixer {
  let network: any FeedForward

  var states: [LayerState] { [] }

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, firstState first: Int, adding residual: Tensor?)
    throws -> Tensor
  {
    try network(rows, pass, adding: residual)
  }
}
