import Chat
import Foundation
import Templating
import Testing
import Tokenization

@testable import Evaluations

/// A tokenizer of bytes in which the ids from 300 on are special: `<300>`.
private struct MarkedTokenizer: Tokenizer {
  let identity = "marked"
  let vocabularySize = 400
  let eotToken: Int32 = 300
  var endTokens: Set<Int32> { [300] }

  func encode(_ text: String) -> [Int32] {
    var ids: [Int32] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.first {
      let number = Int32(String(decoding: rest.dropFirst().prefix(3), as: UTF8.self))
      if byte == UInt8(ascii: "<"), let number, rest.dropFirst(4).first == UInt8(ascii: ">") {
        ids.append(number)
        rest = rest.dropFirst(5)
      } else {
        ids.append(Int32(byte))
        rest = rest.dropFirst()
      }
    }
    return ids
  }

  func decode(_ ids: [Int32]) -> String {
    String(decoding: ids.flatMap { $0 < 256 ? [UInt8($0)] : Array("<\($0)>".utf8) }, as: UTF8.self)
  }

  func isSpecial(_ id: Int32) -> Bool { id >= 300 }
}

@Suite("Answers")
struct AnswerTests {
  private let tokenizer = MarkedTokenizer()

  @Test(
    "An answer's text has no special tokens, and ends before the first stop text or the spelled end of text")
  func texts() throws {
    func text(_ answer: String, _ stops: [String] = []) throws -> String {
      try AnswerText.decoded(tokenizer.encode(answer), stopTexts: stops, by: tokenizer)
    }
    #expect(try text("a<301>b<302>") == "ab")
    #expect(try text("ab.cd\nef", ["\n", "."]) == "ab")
    #expect(
      try text("a<301>b", ["<301>"]) == "ab", "a stop that is a special token is gone before texts are cut")
    let spelled = Array("no <".utf8).map(Int32.init) + Array("300> more".utf8).map(Int32.init)
    #expect(try AnswerText.decoded(spelled, stopTexts: [], by: tokenizer) == "no ")
    #expect(try AnswerText.decoded([98, 99], stopTexts: [""], by: BytesTokenizer()) == "ab")
  }

  @Test("A chat's mark ends an answer, be it one id or a text that begins with a special token")
  func marks() throws {
    var context = EvaluationContext(tokenizer: tokenizer, blockSize: 64)
    context.ends = EndTokens([300, 305])
    #expect(context.stops(inChat: false) == [300, 305])
    let template = "{% for m in messages %}{{ m.content }}MARK\n{% endfor %}"
    for (mark, ids) in [("<302>", [302]), ("<303><304>", [303]), ("### end", [])] as [(String, Set<Int32>)] {
      context.chat.format = try ChatFormat(template: template.replacing("MARK", with: mark))
      #expect(context.stops(inChat: true) == ids.union([300, 305]))
    }
  }

  @Test("A template that takes no system turn is rendered without it, which is counted and reported once")
  func refusedSystem() throws {
    let source = """
      {% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}\
      {% for m in messages %}{% if m.content == 'bad' %}{{ raise_exception('bad') }}{% endif %}[{{ m.content }}]{% endfor %}
      """
    var chat = ChatContext(format: try ChatFormat(template: source), isForced: true, systemPrompt: "s")
    chat.refusals = SystemRefusals()
    #expect(try chat.asking("q") == "[q]")
    #expect(try chat.text(of: [.system("d"), .user("q")], systemFrom: "description") == "[q]")
    #expect(chat.refusals.count == 2)
    #expect(chat.refusals.first?.origin == "text of --system-instruction")
    let error = #expect(throws: TemplateError.self) {
      try chat.text(of: [.system("d"), .user("bad")], systemFrom: "description of task 't'")
    }
    #expect(error?.systemOrigin == "description of task 't'")
    #expect(chat.withSystemPrompt("q") == "s\n\nq")
  }
}
