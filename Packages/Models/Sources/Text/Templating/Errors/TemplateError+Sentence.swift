import Basics

extension TemplateError {
  /// `file 'tokenizer_config.json', 'chat_template': MESSAGE (template line 3)`.
  public var description: String {
    let place = [path.map { "file '\($0)'" }, key.map { "'\($0)'" }].compactMap { $0 }
    let system = systemOrigin.map { "; so it does with the system turn, which comes from the \($0)" } ?? ""
    let sentence = (place.isEmpty ? "" : place.joined(separator: ", ") + ": ") + message + system
    return line > 0 ? "\(sentence) (template line \(line))" : sentence
  }

  /// What happened, without the file and the line.
  public var message: String { problem.sentence }

  /// What would have been right, where it is not a matter of names.
  public var expected: String? {
    switch problem {
    case .expected(let expected, _), .needs(_, let expected, _, _): expected
    case .unexpected(_, let expected): expected
    case .unclosed(_, let end): end
    case .json(let error): error.expected
    default: nil
    }
  }

  /// What is there instead, or the name that does not exist.
  public var found: String? {
    switch problem {
    case .expected(_, let found), .needs(_, _, _, let found): found
    case .unexpected(let found, _), .escape(_, _, let found): found
    case .unknown(_, let name, _), .parameter(_, let name, _), .chatTemplate(let name, _): name
    case .json(let error): error.found
    default: nil
    }
  }

  /// The existing name that is nearest to ``found``.
  public var nearest: String? {
    switch problem {
    case .unknown(_, _, let nearest), .parameter(_, _, let nearest): nearest
    case .chatTemplate(let name, let known): nearestName(to: name, among: known)
    default: nil
    }
  }
}

extension TemplateError.Problem {
  fileprivate var sentence: String {
    switch self {
    case .undefined(let absence): absence.sentence
    case .unwritable(let absence): absence.sentence + ", so it cannot be written as JSON"
    case .needs(let user, let expected, let parameter, let found):
      "\(user) needs \(expected)" + (parameter.map { " for '\($0)'" } ?? "")
        + (found.map { ", found \($0)" } ?? "")
    case .refused(let user, let types): "\(user) does not take \(types.joined(separator: " and "))"
    case .tooMany(let function, let most, let found): "\(function) takes at most \(most) values, got \(found)"
    case .twoValues(let function, let parameter): "\(function) got two values for '\(parameter)'"
    case .lacks(let whole, let part): "\(whole) lacks \(part)"
    case .hasNo(let part, let value, let remedy): "\(value) has no \(part)" + (remedy.map { ": \($0)" } ?? "")
    case .unordered(let first, let second): "\(first) and \(second) have no order"
    case .unfit(let value, let use): use.sentence(value)
    case .notIn(let element, let whole): "\(element) is not in \(whole)"
    case .zero(.divisor): "division by zero"
    case .zero(.step(let whole)): "the step of \(whole) cannot be 0"
    case .loopHasEnded: "this loop has ended"
    case .format(let problem): problem.sentence
    case .pattern(let pattern): "\(pattern) is not a regular expression"
    case .group(let name, let count):
      count.map { "the replacement names group \(name), but the pattern has \($0)" }
        ?? "the replacement names group '\(name)', which the pattern does not have"
    case .replacement(let text, let escape): "the replacement '\(text)' has a bad escape '\(escape)'"
    case .raised(let message): message
    case .limit(let most, let limit): limit.sentence(most)
    case .matching(let pattern, let failure, let characters):
      "the regular expression \(pattern) \(failure.clause) on a text of \(characters) characters"
    case .noTemplate(let missing):
      missing.clause + "; without a chat template the model has no chat format"
    case .conversation(let problem): problem.sentence
    case .expected, .unexpected, .unclosed, .endsBefore, .misplaced, .unsupported, .integer, .escape, .json,
      .notUTF8, .unreadable, .unknown, .parameter, .chatTemplate:
      sentenceOfText
    }
  }

  /// What is wrong with how a template is written, and with names in it.
  private var sentenceOfText: String {
    switch self {
    case .expected(let expected, let found): "expected \(expected)" + (found.map { ", found \($0)" } ?? "")
    case .unexpected(let found, let expected):
      "unexpected \(found)" + (expected.map { ", expected '\($0)'" } ?? "")
    case .unclosed(let part, let end): "\(part) has no \(end)"
    case .endsBefore(let ends, let open, let line):
      "the template ends before \(quotedList(ends, separator: " or "))"
        + (open.map { ", which '\($0)' of line \(line) needs" } ?? "")
    case .misplaced(let misplacement): misplacement.sentence
    case .unsupported(let unsupported): unsupported.sentence
    case .integer(let digits):
      digits.map { "integer '\($0)' is more than 64 bits hold" } ?? "an integer that 64 bits do not hold"
    case .escape(let escape, let digits, let found):
      "'\(escape)' needs \(digits) hexadecimal digits of a Unicode scalar, found '\(found)'"
    case .json(let error): "\(error)"
    case .notUTF8: "cannot be read as UTF-8 text"
    case .unreadable(let reason): "cannot be read: \(reason)"
    case .unknown(let what, let name, let nearest):
      "unknown \(what.rawValue) '\(name.prefix(100))'\(suggestion(nearest))"
    case .parameter(let function, let name, let nearest):
      "\(function) has no parameter '\(name.prefix(100))'\(suggestion(nearest))"
    case .chatTemplate(let name, let known):
      "no chat template is named '\(name)'; "
        + (known.isEmpty ? "there is none" : "there are \(quotedList(known))")
    default: ""
    }
  }
}

extension TemplateError.Absence {
  fileprivate var sentence: String {
    switch self {
    case .name(let path): "'\(path)' is undefined"
    case .part(let part, let value): "\(value) has no \(part)"
    case .argument(let parameter, let macro): "macro '\(macro)' got no value for '\(parameter)'"
    case .caller(let macro): "macro '\(macro)' was not called by a call block"
    case .slice(let type): "\(type) cannot be cut into a slice"
    case .noElse: "the condition is false and there is no 'else'"
    }
  }
}

extension TemplateError.Misplacement {
  fileprivate var sentence: String {
    switch self {
    case .end(let name, let open, let line):
      open.map { "'\(name)' does not belong to '\($0)' of line \(line)" } ?? "'\(name)' without a beginning"
    case .outsideLoop(let name): "'\(name)' outside of a loop"
    case .secondTest: "tests cannot follow each other with 'is'"
    case .afterUnpacking(let name):
      (name.map { "argument '\($0)'" } ?? "this argument") + " may not follow '**'"
    case .positionalAfterNamed: "an argument without a name may not follow one with a name"
    case .parameterWithoutDefault(let name):
      "parameter '\(name)' without a default follows one with a default"
    }
  }
}

extension TemplateError.Unsupported {
  fileprivate var sentence: String {
    switch self {
    case .statement(let name): "statement '\(name)' is not supported: a template is one plain text"
    case .recursiveLoop: "recursive loops are not supported: use a macro"
    case .change(let method, let type):
      "method '\(method)' would change \(type), which templates may not do"
    case .nestedField: "fields inside of formats are not supported"
    }
  }
}

extension TemplateError.Use {
  fileprivate func sentence(_ value: String) -> String {
    switch self {
    case .call(let name): (name.map { "'\($0)' is" } ?? "this is") + " \(value), which cannot be called"
    case .key: "\(value) cannot be a key"
    case .jsonKey: "\(value) cannot be a key in JSON"
    case .json: "\(value) cannot be written as JSON"
    case .assignment: "\(value) cannot be assigned to"
    case .attributes: "\(value) is not a namespace, so it takes no attributes"
    case .visiting: "\(value) has no elements to visit"
    }
  }
}

extension TemplateError.FormatProblem {
  fileprivate var sentence: String {
    switch self {
    case .singleBrace: "a format has a single '}'"
    case .endsWithinField: "a format ends within a field"
    case .tooManyValues: "a format has more values than fields"
    case .tooFewValues: "a format has fewer values than fields"
    case .unknownType(let type): "a format does not know '%\(type)'"
    case .invalid(let text): "format '\(text)' is not valid"
    case .type(let type, let found, let isPercent):
      (isPercent ? "'%\(type)'" : "format '\(type)'") + " does not fit \(found)"
    }
  }
}

extension TemplateError.Limit {
  fileprivate func sentence(_ most: Int) -> String {
    switch self {
    case .steps: "more than \(most) steps"
    case .bytes: "a text of more than \(most) bytes"
    case .evaluations: "more than \(most) evaluations inside each other"
    case .lists: "more than \(most) lists inside each other"
    case .levels: "more than \(most) levels inside each other"
    case .operators: "more than \(most) operators in one tag"
    case .range: "a range of more than \(most) integers"
    case .formatWidth: "a format wider than \(most)"
    case .jsonLevels: "more than \(most) levels of values for 'tojson'"
    case .patternBytes: "a regular expression of more than \(most) bytes"
    case .groups(let pattern): "\(pattern) has more than \(most) groups inside each other"
    case .classes(let pattern):
      "\(pattern) has more than \(most) classes of letters, white space and bounds of words"
    }
  }
}

extension TemplateError.MatchFailure {
  fileprivate var clause: String {
    switch self {
    case .memory: "needs too much memory"
    case .matches(let most): "has more than \(most) matches"
    case .seconds(let most): "takes more than \(most) seconds"
    }
  }
}

extension TemplateError.Missing {
  fileprivate var clause: String {
    switch self {
    case .key(let key, let other): "no '\(key)'" + (other.map { ", and no file '\($0)' beside it" } ?? "")
    case .file(let other): "there is no such file, and no '\(other)' in its folder"
    }
  }
}

extension TemplateError.ConversationProblem {
  fileprivate var sentence: String {
    switch self {
    case .empty: "the chat template writes nothing of the conversation"
    case .changedLast:
      "the chat template does not write the last turn as it is, so an answer cannot go on from it"
    case .servers: "the server writes conversations itself, so an answer cannot go on from a turn"
    case .changedEarlier(let turn):
      "the chat template changes turns before turn \(turn), so the assistant's text has no place"
    }
  }
}
