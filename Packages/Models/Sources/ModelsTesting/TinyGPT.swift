public import Models
public import TensorCore

/// Small random models for tests.
public enum TinyGPT {
  /// A configuration for tests: 2 layers of width 16, 4 heads, a block of 24, 37 ids.
  public static func settings(_ change: (inout GPT.Configuration) -> Void = { _ in }) -> GPT.Configuration {
    var settings = GPT.Configuration()
    settings.setSizes(layers: 2, width: 16, heads: 4, blockSize: 24, vocabularySize: 37)
    settings.types.activation = .float32
    change(&settings)
    return settings
  }

  /// Random parameters of every tensor that `settings` asks for, biases and gains included.
  public static func parameters(_ settings: GPT.Configuration, seed: UInt64 = 1) -> [String: Tensor] {
    var shapes: [String: [Int]] = ["wte": [settings.vocabularySize, settings.width]]
    if !settings.rope { shapes["wpe"] = [settings.blockSize, settings.width] }
    let hidden =
      settings.block.mlp.intermediateSize > 0 ? settings.block.mlp.intermediateSize : 4 * settings.width
    func norm(_ path: String) {
      shapes[path + "/weight"] = [settings.width]
      if settings.block.norm.bias { shapes[path + "/bias"] = [settings.width] }
    }
    func linear(_ path: String, _ inputs: Int, _ outputs: Int) {
      shapes[path + "/kernel"] = [inputs, outputs]
      if settings.block.mlp.bias { shapes[path + "/bias"] = [outputs] }
    }
    for layer in 0..<settings.layers {
      let path = "blocks_\(layer)"
      norm(path + "/ln_1")
      linear(path + "/attn/c_attn", settings.width, 3 * settings.width)
      linear(path + "/attn/c_proj", settings.width, settings.width)
      norm(path + "/ln_2")
      linear(path + "/mlp/c_fc", settings.width, hidden)
      linear(path + "/mlp/c_proj", hidden, settings.width)
    }
    norm("ln_f")
    var key = RandomKey(seed: seed)
    return shapes.sorted { $0.key < $1.key }.reduce(into: [:]) { tensors, entry in
      key = key.folded(1)
      let values = key.normals(entry.value.reduce(1, *))
      let isGain = entry.key.hasSuffix("/weight")
      tensors[entry.key] = Tensor(values.map { isGain ? 1 + 0.2 * $0 : 0.3 * $0 }, shape: entry.value)
    }
  }
}

extension GPT.Configuration {
  /// Sets the rate of dropout in all modules that have one.
  public mutating func setDropout(_ rate: Double) {
    dropout = rate
    block.attention.dropout = rate
    block.mlp.dropout = rate
  }

  /// Sets the sizes, which several modules share, in all of them.
  public mutating func setSizes(layers: Int, width: Int, heads: Int, blockSize: Int, vocabularySize: Int) {
    self.layers = layers
    self.width = width
    self.blockSize = blockSize
    self.vocabularySize = vocabularySize
    block.norm.width = width
    block.attention.width = width
    block.attention.layers = layers
    block.attention.heads = heads
    block.attention.blockSize = blockSize
    block.mlp.width = width
    block.mlp.layers = layers
  }

  /// Sets biases on or off in all modules.
  public mutating func setBias(_ bias: Bool) {
    block.norm.bias = bias
    block.attention.bias = bias
    block.mlp.bias = bias
  }

  /// Sets the kind of positions in all modules.
  public mutating func setRope(_ rope: Bool) {
    self.rope = rope
    block.attention.rope = rope
  }
}
