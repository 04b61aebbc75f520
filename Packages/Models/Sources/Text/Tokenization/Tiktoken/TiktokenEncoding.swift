/// What defines an encoding of tiktoken besides its rank file.
struct TiktokenEncoding: Sendable {
  let name: String
  let pattern: PreTokenPattern
  /// How many ranks the file has.
  let rankCount: Int
  let special: [(text: String, id: Int32)]
  let endOfText: Int32
  /// The name under which tiktoken keeps the file: the SHA-1 of the address that it loads it from.
  let cacheName: String

  /// ChatML's marks, which the original system adds to every encoding under these ids; where a base has the ids already,
  /// the marks encode to them and the ids decode to the base's tokens.
  private static let chat: [(String, Int32)] = [("<|im_start|>", 100_264), ("<|im_end|>", 100_265)]

  static let all = [
    TiktokenEncoding(
      name: "cl100k_base", pattern: .cl100k, rankCount: 100_256,
      special: [
        ("<|endoftext|>", 100_257), ("<|fim_prefix|>", 100_258), ("<|fim_middle|>", 100_259),
        ("<|fim_suffix|>", 100_260), ("<|endofprompt|>", 100_276),
      ] + chat, endOfText: 100_257, cacheName: "9b5ad71b2ce5302211f9c61530b329a4922fc6a4"),
    TiktokenEncoding(
      name: "o200k_base", pattern: .o200k, rankCount: 199_998,
      special: [("<|endoftext|>", 199_999), ("<|endofprompt|>", 200_018)] + chat, endOfText: 199_999,
      cacheName: "fb374d419588a4632f3f557e76b4b70aebbca790"),
  ]
}
