import Basics
import Foundation

/// The right answer to a sample, as far as it can be told apart.
public enum RecordedTarget: Sendable, Equatable, CustomStringConvertible {
  /// The index of the right choice.
  case index(Int)
  case text(String)
  /// A list, or nothing.
  case other

  init(_ value: JSONValue?) {
    self =
      if let index = value?.integer { .index(index) } else if let text = value?.text { .text(text) } else {
        .other
      }
  }

  /// The index of the right one of several continuations, which is the last text of each request.
  public func index(in arguments: [[String]]) -> Int? {
    guard arguments.count > 1 else { return nil }
    return switch self {
    case .index(let index): index
    case .text(let text):
      arguments.firstIndex { $0.last?.trimmingCharacters(in: .whitespaces) == text }
    case .other: nil
    }
  }

  public var description: String {
    switch self {
    case .index(let index): "\(index)"
    case .text(let text): "'\(text.prefix(60))'"
    case .other: "something else"
    }
  }
}
