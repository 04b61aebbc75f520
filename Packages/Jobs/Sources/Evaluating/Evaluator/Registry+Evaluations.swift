import Basics
import Evaluations
import Foundation
import Jobs
import Tasks

extension Registry {
  /// What a name stands for: a registered evaluation, a task, group, tag or task file, or a text file. Groups sum up
  /// tasks.
  ///
  /// - Throws: ``JobError`` with the nearest name for an unknown one, or naming a file that is missing or no text;
  ///   `TaskError` for a task that cannot be run.
  func evaluations(named name: String, tasks: TaskLibrary) throws
    -> (evaluations: [any Evaluation], groups: [TaskGroup])
  {
    if evaluations.contains(where: { $0.key == name }) { return ([try evaluation(name)], []) }
    if tasks.contains(name) {
      return (try tasks.evaluations(named: name), try tasks.groups(named: name))
    }
    guard name.contains("/") || name.hasSuffix(".txt") else {
      let nearest = nearestName(to: name, among: evaluations.map(\.key) + tasks.names)
      throw JobError(
        .unknownName(
          of: "evaluation", name, nearest: nearest, notSearched: tasks.unreadable.map(\.description)))
    }
    let data = try JobError.contents(of: name, .text)
    guard let text = String(data: data, encoding: .utf8) else {
      throw JobError(.malformedFile(path: name, .notUTF8))
    }
    guard !text.isEmpty else { throw JobError(.malformedFile(path: name, .empty)) }
    let title = URL(fileURLWithPath: name).deletingPathExtension().lastPathComponent
    return ([TextEvaluation(name: title, texts: [text])], [])
  }
}
