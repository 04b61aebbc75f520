import Templating

/// Reading conversations out of text.
extension ChatFormat {
  /// The turns in a text, in whichever of the usual formats it is written.
  ///
  /// The first rule that finds something wins: ChatML turns that are closed; turns under Llama 3's headers; Llama 2's
  /// `[INST]`; else the whole text is the assistant's. Roles and contents are trimmed, empty ones dropped. Text before
  /// the first mark is what an assistant answered when it was asked to go on, so it is the assistant's turn; and an end
  /// mark (`<|im_end|>`, `<|eot_id|>`) closes that turn.
  public static func turns(in text: String) -> [ChatTurn] {
    let text = withoutBeginningMark(text)
    if let turns = chatMLTurns(in: text) { return turns }
    if let turns = headerTurns(in: text) { return turns }
    if let turns = instructionTurns(in: text) { return turns }
    return [ChatTurn](answeredBy: text, before: nil)
  }

  /// What the assistant answered in a text that it generated: its first turn, empty if there is none.
  public static func answer(in generated: String) -> String {
    turns(in: generated).first { $0.role == "assistant" }?.content ?? ""
  }

  private static func withoutBeginningMark(_ text: String) -> String {
    let trimmed = PythonText.trimmed(text, end: false)
    for mark in ["<|begin_of_text|>", "<s>", "<bos>"] where PythonText.hasPrefix(trimmed, mark) {
      return String(decoding: trimmed.utf8.dropFirst(mark.utf8.count), as: UTF8.self)
    }
    return text
  }

  private static func chatMLTurns(in text: String) -> [ChatTurn]? {
    let starts = PythonText.split(text, by: "<|im_start|>", limit: 1)
    guard starts.count == 2 else { return nil }
    var turns: [ChatTurn] = []
    var rest = starts[1]
    while true {
      let line = PythonText.split(rest, by: "\n", limit: 1)
      if line.count == 2, !PythonText.contains(line[0], "<|im_") {
        let body = PythonText.split(line[1], by: "<|im_end|>", limit: 1)
        guard body.count == 2 else { break }
        turns.append(ChatTurn(trimmedRole: line[0], content: body[0]))
        rest = body[1]
      }
      let next = PythonText.split(rest, by: "<|im_start|>", limit: 1)
      guard next.count == 2 else { break }
      rest = next[1]
    }
    return turns.isEmpty ? nil : [ChatTurn](answeredBy: starts[0], before: "<|im_start|>") + turns
  }

  private static func headerTurns(in text: String) -> [ChatTurn]? {
    let pieces = PythonText.split(text, by: "<|start_header_id|>", limit: -1)
    var turns = [ChatTurn](answeredBy: pieces[0], before: "<|start_header_id|>")
    var hasHeader = false
    for piece in pieces.dropFirst() {
      let halves = PythonText.split(piece, by: "<|end_header_id|>", limit: 1)
      guard halves.count == 2 else { continue }
      hasHeader = true
      let content = PythonText.split(halves[1], by: "<|eot_id|>", limit: 1)[0]
      let turn = ChatTurn(trimmedRole: halves[0], content: content)
      if !turn.content.isEmpty { turns.append(turn) }
    }
    return hasHeader ? turns : nil
  }

  private static func instructionTurns(in text: String) -> [ChatTurn]? {
    let pieces = PythonText.split(text, by: "[INST]", limit: -1)
    var turns = [ChatTurn](answeredBy: pieces[0], before: "[INST]")
    var hasInstruction = false
    for piece in pieces.dropFirst() {
      let halves = PythonText.split(piece, by: "[/INST]", limit: 1)
      guard halves.count == 2 else { continue }
      hasInstruction = true
      for turn in [
        ChatTurn(trimmedRole: "user", content: halves[0]),
        ChatTurn(trimmedRole: "assistant", content: halves[1]),
      ] where !turn.content.isEmpty { turns.append(turn) }
    }
    return hasInstruction ? turns : nil
  }
}

extension ChatTurn {
  fileprivate init(trimmedRole role: String, content: String) {
    self.init(role: PythonText.trimmed(role), content: PythonText.trimmed(content))
  }
}

extension [ChatTurn] {
  /// The assistant's turn in the text before a conversation's first mark, or in a text without marks: up to the
  /// first end mark.
  fileprivate init(answeredBy text: String, before mark: String?) {
    var answer = text
    if mark != nil || !PythonText.contains(text, "<|im_start|>") {
      for end in ["<|im_end|>", "<|eot_id|>"] { answer = PythonText.split(answer, by: end, limit: 1)[0] }
    }
    let turn = ChatTurn(trimmedRole: "assistant", content: answer)
    self = turn.content.isEmpty ? [] : [turn]
  }
}
