/// Functions of lm-evaluation-harness that are here, with what they are known by.
///
/// - Source: lm-evaluation-harness 0.4.13, the Python files beside its task files.
struct NativeFunction: Sendable {
  /// The names under which a task file refers to it where its Python file is not at hand.
  var names: [String]
  /// The sources that it stands for: by ``PythonFunction/digest``, or by ``PythonFunction/shape``.
  var sources: [String]
  /// The function for its source, `nil` where it is found by name; none for literal texts that it does not know.
  var make: @Sendable (PythonFunction?) -> TaskFunction?

  /// A function that is one by every text of its source.
  static func exact(_ names: String..., sources: String..., is function: TaskFunction) -> NativeFunction {
    NativeFunction(names: names, sources: sources) { _ in function }
  }

  /// A function whose texts are taken from its source, so that it is never found by name.
  static func form(
    _ shapes: String..., make: @escaping @Sendable (PythonFunction) -> TaskFunction?
  ) -> NativeFunction {
    NativeFunction(names: [], sources: shapes) { $0.flatMap(make) }
  }
}

enum NativeFunctions {
  private static let all: [NativeFunction] =
    classic + questions + pairs + exams + answers + reasoning + labels + dialogues + social
    + programs

  static let byName: [String: TaskFunction] = all.reduce(into: [:]) { functions, native in
    for name in native.names { functions[name] = native.make(nil) }
  }

  private static let bySource: [String: NativeFunction] = all.reduce(into: [:]) { functions, native in
    for source in native.sources { functions[source] = native }
  }

  /// Functions of lm-evaluation-harness itself, which Python files import.
  private static let imported: [String: TaskFunction] = [
    "lm_eval.utils.weighted_f1_score": .aggregation(LabelF1.weighted)
  ]

  static func function(_ source: PythonFunction) -> TaskFunction? {
    if let function = (bySource[source.digest] ?? bySource[source.shape])?.make(source) { return function }
    if let function = source.origin.flatMap({ imported[$0] }) { return function }
    return source.rowRule.map { rule in .documents { try rule.holds(for: $0) ? $0 : nil } }
  }
}
