/// A part without gradients, as a sentence names it.
public enum UntrainedPart: String, Sendable {
  case mixtures = "of mixtures of experts"
  case latentAttention = "of latent attention"
  case recurrentLayers = "of recurrent layers"
  case perLayerEmbeddings = "of per-layer embeddings"
}
