import Templating

/// Named entities of an answer, as `label: entity $ label: entity`.
///
/// - Source: lm-evaluation-harness 0.4.13, `SPANFilter`.
enum SpanFilter {
  private static let labels = [
    ("person", "PER"), ("location", "LOC"), ("organization", "ORG"), ("counties", "LOC"), ("places", "LOC"),
    ("people", "PER"), ("persons", "PER"), ("company", "ORG"), ("country", "LOC"), ("continent", "LOC"),
    ("time", "DATE"), ("date", "DATE"), ("per", "PER"), ("loc", "LOC"), ("org", "ORG"),
  ]

  static func format(_ answer: String) throws -> String {
    var text = PythonText.lower(answer)
    for (label, short) in labels {
      text = try PythonPattern(#"\b\#(label)\s*:"#).replacingMatches(in: text, with: "\(short):")
    }
    text = PythonText.replaced(text, "$$", with: "$")
    while text.hasSuffix("$") { text.removeLast() }
    text = PythonText.trimmed(PythonText.replaced(text, "\n", with: "$"))
    var entities: [String] = []
    for groups in try PythonPattern(#"\b(PER|LOC|ORG|DATE):\s*([^$]+)"#).findAll(in: text) {
      for value in PythonText.split(groups[1], by: ",") {
        let entity = PythonText.trimmed(value)
        if PythonText.lower(entity) != "none" { entities.append("\(PythonText.lower(groups[0])): \(entity)") }
      }
    }
    return entities.joined(separator: " $ ")
  }
}
