import Foundation

/// A path as it is given on the command line, with the user's home in place of a leading `~` or `~/`, which shells leave
/// alone in `--root=~/x`. A file whose name begins with `~` is `./~name`.
func givenPath(_ text: String) -> String {
  guard text.hasPrefix("~") else { return text }
  guard text == "~" || text.hasPrefix("~/") else { return "./" + text }
  let home =
    ProcessInfo.processInfo.environment["HOME"] ?? FileManager.default.homeDirectoryForCurrentUser.path
  return home + text.dropFirst()
}
