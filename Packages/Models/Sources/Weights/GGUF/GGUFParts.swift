internal import Basics
internal import Foundation

/// How `llama-gguf-split` names the files that it cuts a model into: `NAME-00001-of-00003.gguf`.
public struct GGUFParts: Sendable, Equatable {
  /// What the names have in common.
  public let name: String
  /// How many parts there are.
  public let count: Int

  /// The parts of which `file`, a name without folders, is one; `nil` if it is not named as a part.
  public init?(of file: String) {
    guard let match = file.wholeMatch(of: /(.+)-(\d{5})-of-(\d{5})\.gguf/), let number = Int(match.output.2),
      let count = Int(match.output.3), (1...max(count, 1)).contains(number)
    else { return nil }
    name = String(match.output.1)
    self.count = count
  }

  /// The name of a part, counted from 0.
  public subscript(part: Int) -> String {
    func digits(_ number: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(5 - text.count, 0)) + text
    }
    return "\(name)-\(digits(part + 1))-of-\(digits(count)).gguf"
  }

  /// The file by which the one model is opened that all of `files` make: the only file, or the first part.
  ///
  /// - Returns: `nil` if they are several models, or none.
  public static func only(of files: [String]) -> String? {
    if files.count == 1 { return files[0] }
    let parts = files.map { GGUFParts(of: $0) }
    guard let first = parts.first ?? nil, parts.allSatisfy({ $0 == first }) else { return nil }
    return first[0]
  }
}

extension GGUFPart {
  /// All parts of the model of which this is one, in order; this file alone where it is whole.
  func withItsSiblings() throws(WeightsError) -> [GGUFPart] {
    let count = try values.integer("split.count", in: path) ?? 1
    guard count > 1 else { return [self] }
    let file = (path as NSString).lastPathComponent
    guard let parts = GGUFParts(of: file), parts.count == count else {
      throw WeightsError(
        .violation(
          .value(
            "the name of one of \(count) parts of a model",
            expected: "an end such as '-00001-of-\(String(count))', with five digits each")), path: path)
    }
    let folder = parentFolder(of: path)
    var all: [GGUFPart] = []
    for number in 0..<count {
      let sibling = (folder as NSString).appendingPathComponent(parts[number])
      guard FileManager.default.fileExists(atPath: sibling) else {
        throw WeightsError(.noPart(parts[number], of: count), path: path)
      }
      let part = sibling == path ? self : try GGUFPart(path: sibling)
      try part.check(number: number, count: count)
      all.append(part)
    }
    let expected = try all[0].values.integer("split.tensors.count", in: all[0].path)
    let found = all.reduce(0) { $0 + $1.names.count }
    guard expected == nil || expected == found else {
      throw WeightsError(
        .value(
          key: "split.tensors.count", expected: "the \(found) tensors of its \(count) parts",
          found: "\(expected ?? 0)"), path: all[0].path)
    }
    return all
  }

  private func check(number: Int, count: Int) throws(WeightsError) {
    guard values["split.count"]?.integer == count, values["split.no"]?.integer == number else {
      let found = "\(values["split.no"]?.integer ?? 0) of \(values["split.count"]?.integer ?? 1)"
      throw WeightsError(
        .violation(
          .value("the part by its metadata, counted from 0,", expected: "\(number) of \(count)", found: found)
        ),
        path: path)
    }
  }
}
