extension Backbone {
  /// The dense decoders that are stated as values, in the order of families.
  static var composed: [Architecture] {
    [
      Gemma.architecture, Gemma2.architecture, Gemma2.vault, Phi.architecture, Phi3.architecture,
      SmolLM3.architecture, OLMo.architecture, OLMo2.architecture, OLMo2.third, Granite.architecture,
      Granite.hyperCLOVAX, GLM.architecture, GLM.fourth, Ministral3.architecture, Ministral3.first,
      Cohere.architecture, Cohere.second, StableLM.architecture, StarCoder2.architecture,
      GPTBigCode.architecture, GPTJ.architecture, GPTJ.codeGen, GPTNeo.architecture, OPT.architecture,
      Bloom.architecture, MPT.architecture, Falcon.architecture, EXAONE4.architecture, Nemotron.architecture,
      Ernie.architecture, HunYuan.architecture, SeedOSS.architecture, Arcee.architecture, Helium.architecture,
      Apertus.architecture, CWM.architecture, Jais2.architecture, Persimmon.architecture,
      InternLM2.architecture, MiniCPM.architecture, XGLM.architecture, LatentDecoders.miniCPM3,
      LatentDecoders.youtu, Gemma3n.architecture, Gemma4.architecture,
    ]
  }
}
