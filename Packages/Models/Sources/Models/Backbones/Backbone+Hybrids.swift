extension Backbone {
  /// Decoders with recurrent layers.
  static var hybrids: [Architecture] {
    [
      MambaModels.first, MambaModels.falcon, Mamba2Models.second, Mamba2Models.bamba, Mamba2Models.granite,
      Jamba.architecture, FalconH1.architecture, NemotronH.architecture, LFM2.architecture, LFM2.mixture,
      QwenHybrids.next, QwenHybrids.dense, QwenHybrids.mixture,
    ]
  }
}
