import Foundation
import Jobs

/// What names a run in a store: `project/group/name`, as its folder lies below `results`.
public struct RunName: Sendable, Hashable, CustomStringConvertible {
  /// `general` where none was given.
  public var project: String
  /// `default` where none was given.
  public var group: String
  public var name: String

  public init(project: String, group: String, name: String) {
    (self.project, self.group, self.name) = (project, group, name)
  }

  public var description: String { "\(project)/\(group)/\(name)" }

  /// Whether a name stands for this one: all of it, or its last parts.
  func isCalled(_ word: String) -> Bool {
    word == description || word == "\(group)/\(name)" || word == name
  }

  /// The name of the folder `ROOT/results/PROJECT/GROUP/NAME` and its root; `nil` for a folder of another kind.
  static func read(_ folder: String) -> (root: String, name: RunName)? {
    let parts = URL(fileURLWithPath: folder).standardizedFileURL.pathComponents
    guard parts.count > 4, parts[parts.count - 4] == ResultFiles.all else { return nil }
    let own = parts.suffix(3)
    return (
      NSString.path(withComponents: parts.dropLast(4)),
      RunName(project: own[own.startIndex], group: own[own.startIndex + 1], name: own[own.startIndex + 2])
    )
  }
}
