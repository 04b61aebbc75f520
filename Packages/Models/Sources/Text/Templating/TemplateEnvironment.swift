public import Foundation

/// How templates are read and rendered: the options in which Jinja's users differ.
///
/// Start from ``chat`` or ``taskFile`` and change what you need.
public struct TemplateEnvironment: Sendable {
  /// How the filter `tojson` writes.
  public enum JSONStyle: Sendable, Equatable {
    /// As `json.dumps(value, ensure_ascii=False)`, with `indent`, `separators` and `sort_keys` as arguments.
    case plain
    /// As Jinja's own filter: sorted keys, only ASCII, and `<`, `>`, `&`, `'` escaped.
    case htmlSafe
  }

  /// Drops the newline after a statement or comment.
  public var trimsBlocks = false
  /// Drops the blanks before a statement or comment that begins its line.
  public var stripsBlockIndentation = false
  /// Keeps the newline that ends the template.
  public var keepsTrailingNewline = false
  /// Fails wherever a missing value is used, even to print or test it; otherwise it prints as nothing and is
  /// false.
  public var isStrict = false
  /// Knows `break`, `continue`, `generation`, `raise_exception` and `strftime_now`.
  public var hasChatExtensions = false
  public var jsonStyle = JSONStyle.htmlSafe
  public var limits = TemplateLimits()
  /// The time that `strftime_now` formats; give a fixed one where prompts have to repeat.
  public var now: @Sendable () -> Date = { Date() }
  public var timeZone = TimeZone.current

  /// Jinja's defaults.
  public init() {}

  /// The settings of Hugging Face transformers' `apply_chat_template`.
  public static var chat: TemplateEnvironment {
    var environment = TemplateEnvironment()
    environment.trimsBlocks = true
    environment.stripsBlockIndentation = true
    environment.hasChatExtensions = true
    environment.jsonStyle = .plain
    return environment
  }

  /// The settings of lm-evaluation-harness 0.4.13 for `doc_to_text` and its kin.
  public static var taskFile: TemplateEnvironment {
    var environment = TemplateEnvironment()
    environment.keepsTrailingNewline = true
    environment.isStrict = true
    return environment
  }
}

/// What a template may use up, so that a hostile one ends with an error.
///
/// With these depths, a release build renders within 512 KiB of stack (a debug build within 4 MiB).
public struct TemplateLimits: Sendable, Equatable {
  /// Brackets, operators and blocks inside each other in the template's text.
  public var nesting = 100
  /// Evaluations inside each other, macro calls included.
  public var depth = 250
  /// Evaluated expressions and statements, and elements that filters and methods make or visit.
  public var steps = 10_000_000
  /// UTF-8 bytes of the result, and of any text on the way.
  public var bytes = 64 << 20

  public init() {}
}
