import Chat
import Templating

/// Reads `bytes` as a chat template and as a template of a task file, and renders both. What is refused is fine; what
/// traps, or takes longer than the limits allow, is not.
public func feed(template bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let source = String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  var environment = TemplateEnvironment.chat
  bound(&environment)
  if let format = try? ChatFormat(
    template: source, specialTokens: ["bos_token": "<s>"], environment: environment)
  {
    _ = try? format.text(of: turns, system: "Be brief.", asksForAnswer: true)
    _ = try? format.text(continuing: turns)
    _ = format.stops
  }
  environment = .taskFile
  bound(&environment)
  _ = try? Template(source, environment: environment).render(document)
  return 0
}

/// Limits that one input reaches in a moment, so that slow steps show.
private func bound(_ environment: inout TemplateEnvironment) {
  environment.limits.steps = 200_000
  environment.limits.bytes = 1 << 20
}

private let turns: [ChatTurn] = [
  .user("Why  is the sky\nblue?"), .assistant("<think>Hm</think>Été."), .user("1 2"),
]

private let document: TemplateDictionary = [
  "question": " What's  ünique? ", "label": 2, "choices": ["a", "b", "c"], "p": 0.5, "none": .null,
  "nested": ["text": ["x", "y"], "label": [1, 0]],
]
