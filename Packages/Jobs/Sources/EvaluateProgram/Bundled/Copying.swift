import Evaluations

/// Are the words after the arrow predicted from those before it?
struct Copying: EncodingEvaluation {
  private struct Line: Decodable {
    var text: String
  }

  let name = "copying"
  private let lines: [Line]

  init() throws { lines = try BundledFile.lines("copying.jsonl") }

  var count: Int { lines.count }
  func get(_ index: Int) -> String { lines[index].text }

  /// Predictions begin with the second token, so the ends of both texts stand at the same place.
  func check(_ original: String, _ predicted: String) -> Bool {
    guard let arrow = original.firstIndex(of: ">") else { return false }
    return predicted.hasSuffix(original[arrow...].dropFirst(2))
  }
}
