internal import Basics

extension TokenizerFile {
  /// The tokenizer that the file describes.
  ///
  /// `truncation` and `padding` are not read: how much of a text a model is given is not the tokenizer's to say.
  ///
  /// - Throws: ``TokenizerError`` naming the place in the file that is wrong, or that this version does not know.
  func definition() throws(TokenizerError) -> SubwordTokenizer.Definition {
    let (preTokenizer, isByteLevel) = try preTokenizer()
    var definition = SubwordTokenizer.Definition(model: try subwordModel(isByteLevel: isByteLevel))
    definition.normalizer = try normalizer()
    definition.preTokenizer = preTokenizer
    definition.isByteLevel = isByteLevel
    definition.addedTokens = try addedTokens(definition.model, isByteLevel: isByteLevel)
    definition.decoder = try decoder(isByteLevel: isByteLevel)
    (definition.prefix, definition.suffix) = try frame()
    try checkVocabulary()
    return definition
  }

  /// Refuses a file whose every text has no ids.
  ///
  /// - Throws: ``TokenizerError``.
  func checkVocabulary() throws(TokenizerError) {
    guard !vocabulary.isEmpty || !scored.isEmpty else {
      throw failure("model/vocab", .value(expected: "tokens and their ids", found: "none"))
    }
  }

  private func addedTokens(_ model: SubwordModel, isByteLevel: Bool) throws(TokenizerError) -> [AddedToken] {
    var tokens: [AddedToken] = []
    guard let list = (parts["added_tokens"] ?? .list([])).list else {
      throw failure("added_tokens", .value(expected: "a list"))
    }
    for value in list {
      guard let entry = value.object, let text = entry["content"]?.text, let id = entry["id"]?.integer,
        (0..<1 << 24).contains(id)
      else { throw failure("added_tokens/\(tokens.count)", .value(expected: "'content' and 'id'")) }
      let bytes = isByteLevel ? ByteAlphabet.bytes(of: text) : Array(text.utf8)
      if !isByteLevel || ByteAlphabet.spells(text), let known = model[bytes], known != Int32(id) {
        throw failure(
          "added_tokens/\(tokens.count)",
          .value(
            "id of '\(text.prefix(40))'", expected: "\(known), as in the vocabulary", found: "\(id)"))
      }
      tokens.append(
        try AddedToken(id: Int32(id), text: text, entry, at: "added_tokens/\(tokens.count)", of: path))
    }
    return tokens
  }

  private func normalizer() throws(TokenizerError) -> Normalizer {
    var normalizer = Normalizer()
    for step in try steps("normalizer", members: "normalizers") {
      switch step.kind {
      case "NFC": normalizer.steps.append(.composed)
      case "Prepend": normalizer.steps.append(.prepend(Array(try step.text("prepend").utf8)))
      case "Replace":
        normalizer.steps.append(.replace(try step.pattern(), with: Array(try step.text("content").utf8)))
      default: throw step.unsupported(known: ["NFC", "Prepend", "Replace", "Sequence"])
      }
    }
    return normalizer
  }

  private func decoder(isByteLevel: Bool) throws(TokenizerError) -> Decoder {
    var steps = try steps("decoder", members: "decoders")
    if isByteLevel {
      guard steps.isEmpty || steps[0].kind == "ByteLevel" else {
        throw steps[0].failure(
          .value(expected: "'ByteLevel', as the pre-tokenizer has it", found: "'\(steps[0].kind)'"))
      }
      steps = Array(steps.dropFirst())
    }
    var decoder = Decoder(separator: isByteLevel || !steps.isEmpty ? "" : " ")
    for step in steps {
      switch step.kind {
      case "ByteFallback": decoder.steps.append(.byteFallback)
      case "Fuse": decoder.steps.append(.fuse)
      case "Metaspace":
        decoder.steps.append(
          .metaspace(mark: try step.scalar("replacement"), dropsFirst: try step.prefix() != .never))
      case "Replace":
        decoder.steps.append(.replace(try step.pattern(), with: Array(try step.text("content").utf8)))
      case "Strip":
        guard let start = step.fields["start"]?.integer, let stop = step.fields["stop"]?.integer,
          (0...1 << 20).contains(start), (0...1 << 20).contains(stop)
        else { throw step.failure(.value("Strip", expected: "numbers 'start' and 'stop'")) }
        decoder.steps.append(.strip(try step.scalar("content"), start: start, stop: stop))
      default:
        throw step.unsupported(
          known: ["ByteFallback", "ByteLevel", "Fuse", "Metaspace", "Replace", "Sequence", "Strip"])
      }
    }
    return decoder
  }

  /// What stands around every text.
  private func frame() throws(TokenizerError) -> (prefix: [Int32], suffix: [Int32]) {
    var (prefix, suffix): ([Int32], [Int32]) = ([], [])
    for step in try steps("post_processor", members: "processors") {
      switch step.kind {
      case "ByteLevel": break
      case "TemplateProcessing":
        let (before, after) = try step.template()
        (prefix, suffix) = (before + prefix, suffix + after)
      default: throw step.unsupported(known: ["ByteLevel", "Sequence", "TemplateProcessing"])
      }
    }
    return (prefix, suffix)
  }
}

extension TokenizerFile.Step {
  /// When Metaspace puts a mark before a text.
  func prefix() throws(TokenizerError) -> PreTokenizer.Prefix {
    guard let name = fields["prepend_scheme"] else {
      return try bool("add_prefix_space", true) ? .always : .never  // files of older versions
    }
    guard let prefix = name.text.flatMap(PreTokenizer.Prefix.init) else {
      throw failure(
        .value("'prepend_scheme' of \(kind)", expected: "'always', 'first' or 'never'", found: "\(name)"))
    }
    return prefix
  }

  /// The ids before and behind the text in a template for one text.
  fileprivate func template() throws(TokenizerError) -> (before: [Int32], after: [Int32]) {
    guard let parts = fields["single"]?.list else {
      throw failure(.missing("list 'single' of \(kind)"))
    }
    var (before, after): ([Int32], [Int32]) = ([], [])
    var texts = 0
    for part in parts {
      if let sequence = part.object?["Sequence"]?.object, sequence["id"]?.text == "A" {
        texts += 1
        continue
      }
      guard let name = part.object?["SpecialToken"]?.object?["id"]?.text,
        let list = fields["special_tokens"]?.object?[name]?.object?["ids"]?.list
      else {
        throw failure(
          .value(kind, expected: "the text 'A' or a special token with ids", found: "\(part)"))
      }
      for value in list {
        guard let id = value.integer, (0..<1 << 24).contains(id) else {
          throw failure(.value("\(kind), '\(name)'", expected: "an id below 2^24", found: "\(value)"))
        }
        if texts == 0 { before.append(Int32(id)) } else { after.append(Int32(id)) }
      }
    }
    guard texts == 1 else {
      throw failure(.value("\(kind)", expected: "the text 'A' once", found: "\(texts) times"))
    }
    return (before, after)
  }
}
