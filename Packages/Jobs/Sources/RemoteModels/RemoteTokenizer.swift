import Basics
import Foundation
import Synchronization
import Tokenization

/// A tokenizer that a server keeps: `/tokenize`, `/detokenize` and `/tokenizer_info`, as vLLM has them.
final class RemoteTokenizer: Tokenizer {
  let identity: String
  let vocabularySize: Int
  let eotToken: Int32
  let bosToken: Int32?
  let endTokens: Set<Int32>
  private let special: Set<Int32>
  private let client: RemoteClient
  private let known = Mutex<[String: [Int32]]>([:])

  /// - Throws: ``RemoteError`` for a server without these paths.
  init(_ client: RemoteClient, info: JSONObject) throws(RemoteError) {
    self.client = client
    let url = client.address.besides("tokenizer_info").absoluteString
    func id(_ name: String) throws(RemoteError) -> Int32? {
      if let id = info["\(name)_id"]?.integer { return Int32(exactly: id) }
      guard let text = info[name]?.text, !text.isEmpty else { return nil }
      return try Self.ids(of: text, addingSpecialTokens: false, by: client).first
    }
    guard let end = try id("eos_token") else {
      throw RemoteError(.malformed(url: url, what: "'eos_token'"))
    }
    eotToken = end
    bosToken = try id("bos_token")
    let ends = info["eos_token_ids"]?.list?.compactMap { $0.integer.flatMap { Int32(exactly: $0) } } ?? []
    endTokens = Set(ends).union([end])
    let named =
      info["special_token_ids"]?.list?.compactMap { $0.integer.flatMap { Int32(exactly: $0) } } ?? []
    special = Set(named).union(endTokens).union(bosToken.map { [$0] } ?? [])
    vocabularySize = info["vocab_size"]?.integer ?? Int(Int32.max)
    identity = info["tokenizer_class"]?.text ?? "remote \(url)"
  }

  private static func ids(
    of text: String, addingSpecialTokens: Bool, by client: RemoteClient
  ) throws(RemoteError) -> [Int32] {
    let url = client.address.besides("tokenize")
    let object = try client.object(
      url, .object([("prompt", .text(text)), ("add_special_tokens", .bool(addingSpecialTokens))]))
    let ids = object["tokens"]?.list?.map { $0.integer.flatMap { Int32(exactly: $0) } }
    guard let ids, !ids.contains(nil) else {
      throw RemoteError(.malformed(url: url.absoluteString, what: "list of ids 'tokens'"))
    }
    return ids.compactMap { $0 }
  }

  func encode(_ text: String) throws(TokenizerError) -> [Int32] {
    try encode(text, addingSpecialTokens: true)
  }

  func encode(_ text: String, addingSpecialTokens: Bool) throws(TokenizerError) -> [Int32] {
    let key = (addingSpecialTokens ? "+" : "-") + text
    if let ids = known.withLock({ $0[key] }) { return ids }
    let ids = try asking { () throws(RemoteError) in
      try Self.ids(of: text, addingSpecialTokens: addingSpecialTokens, by: client)
    }
    known.withLock { known in
      if known.count >= 1 << 16 { known = [:] }
      known[key] = ids
    }
    return ids
  }

  func decode(_ ids: [Int32]) throws(TokenizerError) -> String {
    guard !ids.isEmpty else { return "" }
    let url = client.address.besides("detokenize")
    let object = try asking { () throws(RemoteError) in
      try client.object(url, .object([("tokens", .list(ids.map { .integer(Int($0)) }))]))
    }
    return object["prompt"]?.text ?? ""
  }

  func isSpecial(_ id: Int32) -> Bool { special.contains(id) }

  private func asking<Value>(_ body: () throws(RemoteError) -> Value) throws(TokenizerError) -> Value {
    do { return try body() } catch {
      throw TokenizerError(.unreachable(server: client.address.base, ErrorCause(error)))
    }
  }
}
