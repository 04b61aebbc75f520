import Foundation
import Testing

/// What ranks hold of a model in memory of their own.
@Suite("memory of shards")
struct ShardedMemoryTests {
  private static let layers = 8
  private static let width = 1024
  private static let hidden = 2816
  private static let vocabulary = 32_000

  /// A Llama of 16 heads on 4 whose weights are all zero: 311 MB of bfloat16, of which the disk holds nothing.
  private func writeModel(in folder: TemporaryFolder) throws {
    try folder.write(
      """
      {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_act": "silu", "vocab_size": \(Self.vocabulary),
       "hidden_size": \(Self.width), "intermediate_size": \(Self.hidden), "num_hidden_layers": \(Self.layers),
       "num_attention_heads": 16, "num_key_value_heads": 4, "max_position_embeddings": 512, "rms_norm_eps": 1e-6,
       "rope_theta": 10000.0, "tie_word_embeddings": false}
      """, to: "model/config.json")
    var shapes = [
      ("model.embed_tokens.weight", [Self.vocabulary, Self.width]), ("model.norm.weight", [Self.width]),
      ("lm_head.weight", [Self.vocabulary, Self.width]),
    ]
    for layer in 0..<Self.layers {
      for (name, shape) in [
        ("self_attn.q_proj", [Self.width, Self.width]), ("self_attn.k_proj", [256, Self.width]),
        ("self_attn.v_proj", [256, Self.width]), ("self_attn.o_proj", [Self.width, Self.width]),
        ("mlp.gate_proj", [Self.hidden, Self.width]), ("mlp.up_proj", [Self.hidden, Self.width]),
        ("mlp.down_proj", [Self.width, Self.hidden]), ("input_layernorm", [Self.width]),
        ("post_attention_layernorm", [Self.width]),
      ] { shapes.append(("model.layers.\(layer).\(name).weight", shape)) }
    }
    var end = 0
    let entries = shapes.map { name, shape in
      let start = end
      end += shape.reduce(2, *)
      return "\"\(name)\":{\"dtype\":\"BF16\",\"shape\":\(shape),\"data_offsets\":[\(start),\(end)]}"
    }
    var header = "{\(entries.joined(separator: ","))}"
    header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    var data = Data()
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { data.append(contentsOf: $0) }
    data.append(Data(header.utf8))
    let path = folder.file("model/model.safetensors")
    try data.write(to: URL(fileURLWithPath: path))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.truncate(atOffset: UInt64(data.count + end))
    try file.close()
  }

  /// The most anonymous memory that a process ever held, in bytes, looked at every few milliseconds.
  private func peakAnonymousMemory(of process: Process) -> Int {
    var peak = 0
    while process.isRunning {
      let status = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
      let line = status?.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
      peak = max(peak, line.flatMap { Int($0.split(whereSeparator: \.isWhitespace)[1]) } ?? 0)
      Thread.sleep(forTimeInterval: 0.004)
    }
    return peak << 10
  }

  /// Two ranks are threads of one process here, so that together they may hold the packed model once, and work space.
  @Test("Two shards hold the packed model once, and neither holds it whole")
  func shards() throws {
    let folder = try TemporaryFolder()
    try writeModel(in: folder)
    try folder.write(String(repeating: "a page of text. ", count: 40), to: "page.txt")
    func peak(_ mesh: [String]) throws -> Int {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Program.path)
      process.arguments =
        [
          "run", "--backbone", "model", "--tasks", "./page.txt", "tokenizer.backend=bytes", "--name",
          "m\(mesh.count)",
        ]
        + mesh
      process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
      process.standardOutput = FileHandle.nullDevice
      try Data().write(to: URL(fileURLWithPath: folder.path + "/.stderr"))
      process.standardError = FileHandle(forWritingAtPath: folder.path + "/.stderr")
      try process.run()
      let peak = peakAnonymousMemory(of: process)
      process.waitUntilExit()
      let errors = try folder.read(".stderr")
      try #require(process.terminationStatus == 0, "\(errors)")
      return peak
    }
    let matrices =
      2 * Self.vocabulary * Self.width
      + Self.layers * (2 * Self.width * Self.width + 2 * 256 * Self.width + 3 * Self.hidden * Self.width)
    // The embedding is read from the file, not packed.
    let packed = 2 * (matrices - Self.vocabulary * Self.width)
    // A pass of 640 rows: some ten activations of the hidden width for each rank, and 16 MB for the program itself.
    let workSpace = 2 * 10 * 640 * Self.hidden * 4 + 16 << 20
    let sharded = try peak(["--devices", "2", "--shard-into", "2"])
    #expect(
      Double(sharded) <= 1.15 * Double(packed) + Double(workSpace),
      "\(sharded >> 20) MiB for \(packed >> 20) MiB packed and \(workSpace >> 20) MiB of work space")
    // Replicas share one copy of all of it.
    #expect(try Double(peak(["--devices", "2"])) <= 1.15 * Double(packed) + Double(workSpace))
  }
}
