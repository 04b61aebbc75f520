public import Evaluation
import Foundation

extension Registry {
  /// The evaluation registered under `name`, or, for the path of a text file, the evaluation of that text.
  ///
  /// - Throws: ``JobError`` with the nearest key for an unknown name, or naming a file that is missing or no text.
  public func evaluationOrFile(_ name: String) throws -> any Evaluation {
    guard name.contains("/") || name.hasSuffix(".txt") else { return try evaluation(name) }
    if evaluations.contains(where: { $0.key == name }) { return try evaluation(name) }
    guard let data = FileManager.default.contents(atPath: name) else {
      throw JobError(.missingInput, "no text file '\(name)' to evaluate")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw JobError(.badData, "'\(name)' is not UTF-8 text")
    }
    let title = URL(fileURLWithPath: name).deletingPathExtension().lastPathComponent
    return TextEvaluation(name: title, texts: [text])
  }
}
