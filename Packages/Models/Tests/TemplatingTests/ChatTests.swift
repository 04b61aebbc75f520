import Chat
import Foundation
import Templating
import Testing

@Suite("Chat")
struct ChatTests {
  /// Cases of the system that we replace; the two that show its defect are mended in ``mendsTheDefect()``.
  @Test(
    "Turns are found in a text",
    arguments: [
      (
        "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\nyo<|im_end|>\n",
        [["user", "hi"], ["assistant", "yo"]]
      ),
      ("<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\nunterminated", [["user", "hi"]]),
      ("positive", [["assistant", "positive"]]), ("  ", []), ("", []),
      ("<|im_start|> user \n x <|im_end|>", [["user", "x"]]),
      ("<|im_start|>user no newline<|im_end|>", [["assistant", "<|im_start|>user no newline<|im_end|>"]]),
      (
        ""
          + "<|start_header_id|>user<|end_header_id|>\n\nhello<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n42",
        [["user", "hello"], ["assistant", "42"]]
      ),
      ("<|start_header_id|>assistant<|end_header_id|>\n\n<|eot_id|>", []),
      ("[INST] q1 [/INST] a1 [INST]q2[/INST]", [["user", "q1"], ["assistant", "a1"], ["user", "q2"]]),
      ("<s>[INST] q1 [/INST] a1", [["user", "q1"], ["assistant", "a1"]]),
    ])
  func findsTurns(text: String, turns: [[String]]) {
    #expect(ChatFormat.turns(in: text).map { [$0.role, $0.content] } == turns)
  }

  @Test("A text that begins with the answer is the assistant's turn, and an end mark closes it")
  func mendsTheDefect() {
    #expect(ChatFormat.turns(in: "positive<|im_end|>\n") == [.assistant("positive")])
    let runsOn =
      "answer<|im_end|>\n<|im_start|>user\nnext?<|im_end|>\n<|im_start|>assistant\nother<|im_end|>\n"
    #expect(ChatFormat.turns(in: runsOn) == [.assistant("answer"), .user("next?"), .assistant("other")])
    #expect(ChatFormat.answer(in: runsOn) == "answer")
    #expect(ChatFormat.turns(in: "42<|eot_id|>") == [.assistant("42")])
    #expect(ChatFormat.turns(in: "42 [INST] and now? [/INST] 43").first == .assistant("42"))
    #expect(ChatFormat.answer(in: "<|im_start|>user\nhi<|im_end|>") == "")
  }

  @Test("ChatML writes turns, an optional system prompt, and the beginning of the answer")
  func writesChatML() throws {
    let turns: [ChatTurn] = [.user("a\nb"), .assistant(" x ")]
    let body = "<|im_start|>user\na\nb<|im_end|>\n<|im_start|>assistant\n x <|im_end|>\n"
    #expect(try ChatFormat.chatML.text(of: turns) == body)
    #expect(try ChatFormat.chatML.text(of: turns, system: "") == body)
    #expect(
      try ChatFormat.chatML.text(of: turns, system: "s", asksForAnswer: true)
        == "<|im_start|>system\ns<|im_end|>\n" + body + "<|im_start|>assistant\n")
    #expect(ChatFormat.chatML.stops == ["<|im_end|>"])
    let segments = try ChatFormat.chatML.segments(of: turns, system: "s")
    #expect(segments.map(\.isAssistant) == [false, true])
    #expect(segments.map(\.text).joined() == "<|im_start|>system\ns<|im_end|>\n" + body)
  }

  @Test("A conversation may break off within its last turn and continue there")
  func continues() throws {
    let turns: [ChatTurn] = [.user("q"), .assistant("The answer is ")]
    let text = "<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\nThe answer is "
    #expect(try ChatFormat.chatML.text(continuing: turns) == text)
    let trimming = "{% for m in messages %}[{{ m.role }}] {{ m.content | trim }}</s>{% endfor %}"
    #expect(
      try ChatFormat(template: trimming).text(continuing: turns) == "[user] q</s>[assistant] The answer is")
    let forgetful = try ChatFormat(template: "{{ messages[0].content }}")
    #expect(throws: TemplateError.self) { try forgetful.text(continuing: turns) }
  }

  @Test("A tokenizer's configuration gives the template and its special tokens")
  func readsConfigurations() throws {
    let template =
      "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{{ eos_token }}{% endfor %}"
    let json = try Template("{{ value | tojson }}", environment: .chat).render([
      "value": [
        "chat_template": .string(template), "bos_token": ["content": "<b>"], "eos_token": "</b>",
        "pad_token": .null,
      ]
    ])
    let format = try ChatFormat(tokenizerConfiguration: json)
    #expect(try format.text(of: [.user("hi")], system: "be nice") == "<b>[system]be nice</b>[user]hi</b>")
    #expect(format.stops == ["</b>"])
    #expect(
      try format.segments(of: [.user("a"), .assistant("b")]).map(\.text) == [
        "<b>[user]a</b>", "[assistant]b</b>",
      ])
    #expect(
      try ChatFormat(tokenizerConfiguration: "{}").text(of: [.user("hi")])
        == "<|im_start|>user\nhi<|im_end|>\n")
  }

  @Test("A name chooses one of several templates")
  func choosesByName() throws {
    let json = """
      {"chat_template": [{"name": "default", "template": "plain"}, {"name": "tool_use", "template": "with tools"}]}
      """
    #expect(try ChatFormat(tokenizerConfiguration: json).text(of: []) == "plain")
    #expect(try ChatFormat(tokenizerConfiguration: json, named: "tool_use").text(of: []) == "with tools")
    let error = try #require(throws: TemplateError.self) {
      try ChatFormat(tokenizerConfiguration: json, named: "rag")
    }
    #expect(error == TemplateError(.syntax, .chatTemplate("rag", known: ["default", "tool_use"])))
    #expect(throws: TemplateError.self) { try ChatFormat(tokenizerConfiguration: #"{"chat_template": []}"#) }
  }

  @Test("A template that writes nothing of a question is refused, for every prompt would be empty")
  func writesNothing() throws {
    let format = try ChatFormat(tokenizerConfiguration: #"{"chat_template": ""}"#)
    let error = #expect(throws: TemplateError.self) { try format.text(of: [.user("q")], asksForAnswer: true) }
    #expect(error?.problem == .conversation(.empty))
    #expect(try format.text(of: [.system("s")]) == "")
  }

  @Test("A folder's own file wins over its configuration, and errors name the file")
  func readsFolders() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let configuration = folder.appending(path: "tokenizer_config.json")
    for content in ["", "{}"] {
      if !content.isEmpty { try Data(content.utf8).write(to: configuration) }
      let missing = try #require(throws: TemplateError.self) {
        try ChatFormat(folder: folder.path).text(of: [.user("q")])
      }
      #expect(missing.kind == .missing && missing.path == configuration.path)
    }
    try Data(#"{"chat_template": "{{ eos_token }}1", "eos_token": "<e>"}"#.utf8).write(to: configuration)
    #expect(try ChatFormat(folder: folder.path).text(of: []) == "<e>1")
    let file = folder.appending(path: "chat_template.jinja")
    try Data("{{ eos_token }}2".utf8).write(to: file)
    #expect(try ChatFormat(folder: folder.path).text(of: []) == "<e>2")
    try Data("a\n{% if %}".utf8).write(to: file)
    try Data("\n{{ raise_exception('no') }}".utf8).write(to: file)
    let raised = try #require(throws: TemplateError.self) { try ChatFormat(folder: folder.path).text(of: []) }
    #expect(raised.kind == .raised && raised.path == file.path && raised.line == 2)
    try Data("a\n{% if %}".utf8).write(to: file)
    let error = try #require(throws: TemplateError.self) { try ChatFormat(folder: folder.path) }
    #expect(error.kind == .syntax && error.path == file.path && error.line == 2)
  }

  private struct Fixture: Decodable {
    struct Encoding: Decodable {
      var turns: [[String]]
      var systemPrompt: String?
      var prompt: Bool
      var text: String
    }
    struct Decoding: Decodable {
      var text: String
      var turns: [[String]]
    }
    var encode: [Encoding]
    var decode: [Decoding]
  }

  @Test(
    "Conversations are encoded as in the original system, but for its defect",
    .enabled(if: SharedFolder.exists, "the shared folder is not beside the repository"))
  func agreesWithFixture() throws {
    let data = try Data(contentsOf: SharedFolder.url.appending(path: "fixtures/chat.json"))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let fixture = try decoder.decode(Fixture.self, from: data)
    for encoding in fixture.encode {
      let turns = encoding.turns.map { ChatTurn(role: $0[0], content: $0[1]) }
      let text = try ChatFormat.chatML.text(
        of: turns, system: encoding.systemPrompt, asksForAnswer: encoding.prompt)
      #expect(text == encoding.text)
    }
    var mended = 0
    for decoding in fixture.decode {
      if decoding.text.hasPrefix("positive<|im_end|>") || decoding.text.hasPrefix("answer<|im_end|>") {
        mended += 1
        continue
      }
      #expect(
        ChatFormat.turns(in: decoding.text).map { [$0.role, $0.content] } == decoding.turns,
        "\(decoding.text)")
    }
    #expect(mended == 2)
  }
}
