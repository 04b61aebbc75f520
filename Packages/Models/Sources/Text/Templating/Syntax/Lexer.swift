/// Cuts a template into tokens and does all of Jinja's whitespace control.
///
/// The rules are those of Jinja2 3.1's lexer: `-` strips blanks on its side of a tag, `+` keeps them, and the
/// options `trimsBlocks` and `stripsBlockIndentation` act where neither stands.
struct Lexer {
  let environment: TemplateEnvironment
  let text: [Unicode.Scalar]
  var position = 0
  var line = 1
  var tokens: [Token] = []
  /// Whether the last match ended with a newline, so that blanks before a tag are an indentation.
  private var startsLine = true

  init(_ source: String, environment: TemplateEnvironment) {
    self.environment = environment
    var scalars: [Unicode.Scalar] = []
    var previous: Unicode.Scalar?
    for scalar in source.unicodeScalars {
      if scalar == "\r" {
        scalars.append("\n")
      } else if scalar != "\n" || previous != "\r" {
        scalars.append(scalar)
      }
      previous = scalar
    }
    if !environment.keepsTrailingNewline, scalars.last == "\n" { scalars.removeLast() }
    text = scalars
  }

  mutating func tokenize() throws(TemplateError) -> [Token] {
    while let place = nextTag() {
      let body = text[position..<place]
      let opening = text[place + 1]
      position = place + 2
      let sign = takeSign()
      if opening == "%", let bodyStart = rawBodyStart() {
        addData(body, before: sign, isOutput: false)
        line += newlines(in: place..<bodyStart)
        try readRaw(from: bodyStart)
        continue
      }
      addData(body, before: sign, isOutput: opening == "{")
      startsLine = false
      switch opening {
      case "#": try skipComment()
      case "%": try readTag(opening: .statementBegin, closing: .statementEnd)
      default: try readTag(opening: .outputBegin, closing: .outputEnd)
      }
    }
    addText(text[position...])
    tokens.append(Token(kind: .end, line: line))
    return tokens
  }

  func failure(_ problem: TemplateError.Problem) -> TemplateError {
    TemplateError(.syntax, problem, line: line)
  }

  func peek(_ offset: Int = 0) -> Unicode.Scalar? {
    position + offset < text.count ? text[position + offset] : nil
  }

  private func nextTag() -> Int? {
    var place = position
    while place + 1 < text.count {
      if text[place] == "{", ["{", "%", "#"].contains(text[place + 1]) { return place }
      place += 1
    }
    return nil
  }

  private mutating func takeSign() -> Unicode.Scalar? {
    guard let sign = peek(), sign == "-" || sign == "+" else { return nil }
    position += 1
    return sign
  }

  private func newlines(in range: Range<Int>) -> Int {
    text[range].reduce(0) { $0 + ($1 == "\n" ? 1 : 0) }
  }

  // MARK: Text between tags

  private mutating func addText(_ body: ArraySlice<Unicode.Scalar>) {
    guard !body.isEmpty else { return }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: body)
    tokens.append(Token(kind: .data(String(view)), line: line))
  }

  private mutating func addData(
    _ body: ArraySlice<Unicode.Scalar>, before sign: Unicode.Scalar?, isOutput: Bool
  ) {
    var kept = body
    if sign == "-" {
      while let last = kept.last, PythonText.isSpace(last) { kept.removeLast() }
    } else if sign == nil, environment.stripsBlockIndentation, !isOutput {
      let lineStart = body.lastIndex(of: "\n").map { $0 + 1 }
      if lineStart != nil || startsLine,
        body[(lineStart ?? body.startIndex)...].allSatisfy(PythonText.isSpace)
      {
        kept = body[..<(lineStart ?? body.startIndex)]
      }
    }
    addText(kept)
    line += newlines(in: body.startIndex..<body.endIndex)
  }

  /// Where text goes on after an end mark that stands at `place`; `nil` if none stands there.
  private func afterEnd(of mark: Unicode.Scalar, at place: Int, takesPlus: Bool = true) -> Int? {
    func stands(at place: Int) -> Bool {
      place + 1 < text.count && text[place] == mark && text[place + 1] == "}"
    }
    guard place < text.count else { return nil }
    if text[place] == "-", stands(at: place + 1) {
      return text[(place + 3)...].firstIndex { !PythonText.isSpace($0) } ?? text.count
    }
    if takesPlus, text[place] == "+", stands(at: place + 1) { return place + 3 }
    guard stands(at: place) else { return nil }
    let next = place + 2
    let trims = environment.trimsBlocks && mark != "}" && next < text.count && text[next] == "\n"
    return trims ? next + 1 : next
  }

  private mutating func move(to place: Int) {
    line += newlines(in: position..<place)
    startsLine = place > 0 && text[place - 1] == "\n"
    position = place
  }

  // MARK: Comments and raw text

  private mutating func skipComment() throws(TemplateError) {
    for place in position..<text.count {
      guard let next = afterEnd(of: "#", at: place) else { continue }
      return move(to: next)
    }
    throw failure(.unclosed("this comment", end: "'#}'"))
  }

  /// Behind `raw %}`, if that follows.
  private func rawBodyStart() -> Int? {
    var place = position
    func skipSpace() { while place < text.count, PythonText.isSpace(text[place]) { place += 1 } }
    skipSpace()
    guard text[place...].starts(with: "raw".unicodeScalars) else { return nil }
    place += 3
    skipSpace()
    if text[place...].starts(with: "-%}".unicodeScalars) {
      return text[(place + 3)...].firstIndex { !PythonText.isSpace($0) } ?? text.count
    }
    return text[place...].starts(with: "%}".unicodeScalars) ? place + 2 : nil
  }

  private mutating func readRaw(from start: Int) throws(TemplateError) {
    startsLine = start > 0 && text[start - 1] == "\n"
    position = start
    for place in start..<max(start, text.count - 1) where text[place] == "{" && text[place + 1] == "%" {
      var after = place + 2
      let sign: Unicode.Scalar? = after < text.count && ["-", "+"].contains(text[after]) ? text[after] : nil
      if sign != nil { after += 1 }
      func skipSpace() { while after < text.count, PythonText.isSpace(text[after]) { after += 1 } }
      skipSpace()
      guard text[after...].starts(with: "endraw".unicodeScalars) else { continue }
      after += 6
      skipSpace()
      guard let next = afterEnd(of: "%", at: after) else { continue }
      addData(text[start..<place], before: sign, isOutput: false)
      position = place
      return move(to: next)
    }
    throw failure(.unclosed("this raw block", end: "'{% endraw %}'"))
  }

  // MARK: Inside a tag

  private mutating func readTag(opening: Token.Kind, closing: Token.Kind) throws(TemplateError) {
    tokens.append(Token(kind: opening, line: line))
    let start = line
    let mark: Unicode.Scalar = closing == .statementEnd ? "%" : "}"
    var brackets: [Unicode.Scalar] = []
    while let scalar = peek() {
      if brackets.isEmpty, let next = afterEnd(of: mark, at: position, takesPlus: mark == "%") {
        tokens.append(Token(kind: closing, line: line))
        return move(to: next)
      }
      if PythonText.isSpace(scalar) {
        if scalar == "\n" { line += 1 }
        position += 1
      } else {
        try readToken(brackets: &brackets)
      }
    }
    line = start
    throw failure(.unclosed("this tag", end: "'\(mark)}'"))
  }
}
