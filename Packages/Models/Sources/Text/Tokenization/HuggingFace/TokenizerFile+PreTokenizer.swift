internal import Basics

extension TokenizerFile {
  /// How a text is cut, and whether its pieces are strings of bytes then.
  func preTokenizer() throws(TokenizerError) -> (PreTokenizer, isByteLevel: Bool) {
    var preTokenizer = PreTokenizer()
    var isByteLevel = false
    for step in try steps("pre_tokenizer", members: "pretokenizers") {
      guard !isByteLevel else { throw step.failure(.unsupported("'\(step.kind)' behind ByteLevel")) }
      switch step.kind {
      case "Digits": preTokenizer.steps.append(.digits(oneByOne: try step.bool("individual_digits", false)))
      case "Split": preTokenizer.steps.append(try step.split())
      case "Metaspace":
        preTokenizer.steps.append(
          .metaspace(
            mark: Array(String(try step.scalar("replacement")).utf8), prefix: try step.prefix(),
            splits: try step.bool("split", true)))
      case "ByteLevel":
        isByteLevel = true
        if try step.bool("add_prefix_space", true) { preTokenizer.steps.append(.leadingSpace) }
        if try step.bool("use_regex", true) { preTokenizer.steps.append(.pattern(.gpt2)) }
      default: throw step.unsupported(known: ["ByteLevel", "Digits", "Metaspace", "Sequence", "Split"])
      }
    }
    return (preTokenizer, isByteLevel)
  }
}

extension TokenizerFile.Step {
  fileprivate func split() throws(TokenizerError) -> PreTokenizer.Step {
    let name = try text("behavior")
    guard let behavior = PreTokenizer.Behavior(rawValue: name) else {
      let known = PreTokenizer.Behavior.allCases.map(\.rawValue)
      throw failure(.unknown(what: "behavior of Split", name, known: known))
    }
    let isInverted = try bool("invert", false)
    if let expression = fields["pattern"]?.object?["Regex"]?.text,
      let pattern = PreTokenPattern(regularExpression: expression)
    {
      // Such an expression leaves no rest, so that these two do the same.
      guard behavior == .isolated || behavior == .removed && isInverted else {
        throw failure(
          .unsupported("Split by \(pattern.rawValue) with the behavior '\(name)'", supported: ["Isolated"]))
      }
      return .pattern(pattern)
    }
    return .split(try pattern(), behavior, isInverted: isInverted)
  }
}
