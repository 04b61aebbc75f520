public import Basics

extension TemplateError {
  /// What happened. Functions are called as sentences call them, `filter 'join'`, and so are types of values, `a list`.
  public enum Problem: Sendable, Equatable {
    // Text
    /// A template, or a file of settings, holds something else than must stand there.
    case expected(String, found: String? = nil)
    /// A character that begins nothing, or a bracket that closes another one than `expected`.
    case unexpected(String, expected: String? = nil)
    /// A part that begins and does not end: `this comment` without `'#}'`.
    case unclosed(String, end: String)
    /// The template ends before one of `ends`, which the statement needs that is open: its name and line.
    case endsBefore([String], open: String?, line: Int)
    case misplaced(Misplacement)
    case unsupported(Unsupported)
    /// An integer that 64 bits do not hold: its digits where it is written, `nil` where it is computed.
    case integer(digits: String?)
    /// An escape such as `\u` without its hexadecimal digits.
    case escape(String, digits: Int, found: String)
    case json(JSONError)
    /// A file that is no text.
    case notUTF8
    /// A file that is there and cannot be read.
    case unreadable(reason: String)

    // Names
    case unknown(Named, String, nearest: String?)
    /// A name that is no parameter of a function.
    case parameter(of: String, String, nearest: String?)
    /// A name that none of several chat templates has.
    case chatTemplate(String, known: [String])

    // Values
    case undefined(Absence)
    /// A value that does not exist was to be written as JSON.
    case unwritable(Absence)
    /// A function, an operator or a format was given something else than it needs, or nothing.
    case needs(String, expected: String, parameter: String? = nil, found: String? = nil)
    /// An operator or a function does not take values of these types.
    case refused(by: String, types: [String])
    /// More values than a function takes.
    case tooMany(of: String, most: Int, found: Int)
    /// Two values for one parameter.
    case twoValues(of: String, parameter: String)
    /// A whole without a part that it needs: `a format` lacks `the '}' of a field`.
    case lacks(String, String)
    /// A value without what others have: `method 'x'`, of `a list`.
    case hasNo(String, of: String, remedy: String? = nil)
    /// Values of two types that have no order.
    case unordered(String, String)
    /// A value that cannot be used in this way.
    case unfit(String, for: Use)
    /// A value that another does not contain.
    case notIn(String, String)
    /// A number that cannot be 0.
    case zero(Zero)
    case loopHasEnded
    case format(FormatProblem)
    /// A text that is no regular expression.
    case pattern(String)
    /// A replacement names a group that its regular expression lacks; how many that has, where groups are counted.
    case group(String, count: Int?)
    /// A replacement with a backslash before a letter that means nothing.
    case replacement(String, escape: String)

    // What ends a rendering
    /// What the template itself says.
    case raised(String)
    case limit(Int, Limit)
    /// Why a regular expression was stopped, on a text of so many characters.
    case matching(pattern: String, MatchFailure, characters: Int)

    // Conversations
    case noTemplate(Missing)
    case conversation(ConversationProblem)
  }

  /// What a template names, other than values.
  public enum Named: String, Sendable, Equatable { case filter, test, statement }

  /// Why a value does not exist.
  public indirect enum Absence: Sendable, Equatable {
    /// A name, or a path such as `message.content`, that nothing defines.
    case name(String)
    /// A value without a part: `attribute 'x'`, of `a list`.
    case part(String, of: String)
    /// A parameter of a macro that was called without a value for it.
    case argument(String, macro: String)
    /// `caller` in a macro that no call block called.
    case caller(macro: String)
    /// A value of a type that has no slices.
    case slice(of: String)
    /// An `if` without `else` whose condition is false.
    case noElse
  }

  /// What stands where it may not.
  public enum Misplacement: Sendable, Equatable {
    /// The end of a statement that has not begun, or of another than the one that is open: its name and line.
    case end(String, open: String? = nil, line: Int = 0)
    /// A statement that only a loop may hold.
    case outsideLoop(String)
    /// `is` behind a test.
    case secondTest
    /// An argument behind `**`; its name where it has one.
    case afterUnpacking(String?)
    case positionalAfterNamed
    /// A parameter without a default behind one that has one.
    case parameterWithoutDefault(String)
  }

  /// What Jinja has, and templates here have not.
  public enum Unsupported: Sendable, Equatable {
    /// A statement about other templates.
    case statement(String)
    case recursiveLoop
    /// A method that changes a value of this type.
    case change(method: String, of: String)
    /// A field of a format within a field.
    case nestedField
  }

  /// How a value was to be used.
  public enum Use: Sendable, Equatable {
    /// As a function; the name under which it was called, where it has one.
    case call(name: String?)
    /// As a key of a dictionary, or of an object in JSON.
    case key, jsonKey
    case json
    /// As the target of an assignment.
    case assignment
    /// As something whose attributes are assigned to.
    case attributes
    /// As something that is visited element by element.
    case visiting
  }

  public enum Zero: Sendable, Equatable {
    case divisor
    /// The step of a slice or a range.
    case step(of: String)
  }

  /// How a format does not fit its text or its values.
  public enum FormatProblem: Sendable, Equatable {
    case singleBrace
    case endsWithinField
    case tooManyValues, tooFewValues
    /// A conversion of `%` that there is not.
    case unknownType(String)
    /// A format that no value has.
    case invalid(String)
    /// A format, and the type of a value that it does not fit; `isPercent` for `%d` and its kin.
    case type(String, found: String, isPercent: Bool)
  }

  /// What there is too much of.
  public enum Limit: Sendable, Equatable {
    case steps, bytes, evaluations, lists, levels, operators, range, formatWidth, jsonLevels
    case patternBytes
    /// Groups of this regular expression that lie in each other.
    case groups(pattern: String)
    /// Classes of characters of this regular expression.
    case classes(pattern: String)
  }

  /// Why the search for matches was stopped.
  public enum MatchFailure: Sendable, Equatable {
    case memory
    case matches(most: Int)
    case seconds(most: Int)
  }

  /// What was looked for and holds no chat template.
  public enum Missing: Sendable, Equatable {
    /// The file has no such key; nor is there a file of that name beside it.
    case key(String, besides: String? = nil)
    /// The file is not there, nor one of that name in its folder.
    case file(besides: String)
  }

  /// How a chat template does not write a conversation as it is needed.
  public enum ConversationProblem: Sendable, Equatable {
    case empty
    /// The last turn is not written as it is, so that nothing can go on from it.
    case changedLast
    /// A server writes conversations itself, so that nothing can go on from a turn.
    case servers
    /// Turns before this one, counted from 1, are written otherwise once it follows.
    case changedEarlier(turn: Int)
  }
}
