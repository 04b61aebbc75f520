import Basics
import Evaluations
import Foundation
import Jobs
import Testing
import Tokenization

@testable import Backbones

@Suite("Ends of a backbone's answers")
struct EndTokensTests {
  private func ends(_ files: [String: String]) throws -> Set<Int32> {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
    return try EndTokens.ofBackbone(at: folder.path, tokenizer: BytesTokenizer()).ids
  }

  /// transformers: `generation_config.json` wins where there is one; lm-evaluation-harness adds the tokenizer's own.
  @Test(
    "The ids that end an answer are those of generation_config.json, else of config.json, and the tokenizer's"
  )
  func files() throws {
    #expect(try ends([:]) == [257])
    #expect(try ends(["config.json": #"{"eos_token_id": 7}"#]) == [257, 7])
    #expect(try ends(["config.json": #"{"eos_token_id": [7, 8]}"#]) == [257, 7, 8])
    #expect(try ends(["config.json": #"{"eos_token_id": null}"#]) == [257])
    #expect(try ends(["config.json": #"{"text_config": {"eos_token_id": 9}}"#]) == [257, 9])
    let both = [
      "config.json": #"{"eos_token_id": 7}"#, "generation_config.json": #"{"eos_token_id": [1, 2, -1]}"#,
    ]
    #expect(try ends(both) == [257, 1, 2])
    #expect(try ends(["config.json": #"{"eos_token_id": 7}"#, "generation_config.json": "{}"]) == [257])
  }

  @Test("Settings of answers that are there and cannot be read are not taken for missing")
  func unreadable() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/generation_config.json", withDestinationPath: "../blobs/gone")
    let error = #expect(throws: JobError.self) {
      try EndTokens.ofBackbone(at: folder.path, tokenizer: BytesTokenizer())
    }
    #expect(
      error?.description.hasSuffix("generation_config.json': it is a link to what is not there") == true)
  }

  @Test("An end token that is no id is an error that names the file and the key")
  func damaged() {
    for text in [
      #"{"eos_token_id": "</s>"}"#, #"{"eos_token_id": [1, "x"]}"#, #"{"eos_token_id": 2147483648}"#, "{",
      "[]", "5",
    ] {
      let error = #expect(throws: JobError.self) { try ends(["generation_config.json": text]) }
      #expect(error?.fault == .badData && error?.path?.hasSuffix("/generation_config.json") == true)
    }
  }
}
