import ArgumentParser
import Foundation

/// A path as it is given on the command line, with the user's home in place of a leading `~` or `~/`, which shells leave
/// alone in `--root=~/x`. A file whose name begins with `~` is `./~name`.
///
/// - Throws: `ValidationError` for an empty one, which a variable that is not set leaves behind.
func givenPath(_ text: String) throws -> String {
  let text = try givenText(text)
  guard text.hasPrefix("~") else { return text }
  guard text == "~" || text.hasPrefix("~/") else { return "./" + text }
  let home =
    ProcessInfo.processInfo.environment["HOME"] ?? FileManager.default.homeDirectoryForCurrentUser.path
  return home + text.dropFirst()
}

/// The value of an option that means nothing where it is empty.
///
/// - Throws: `ValidationError`.
func givenText(_ text: String) throws -> String {
  guard !text.isEmpty else { throw ValidationError("the value must not be empty") }
  return text
}
