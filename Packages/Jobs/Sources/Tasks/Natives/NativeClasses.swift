import Evaluations
import Templating

/// Task classes of lm-evaluation-harness that are here, as the keys of a task file that come to the same.
///
/// - Source: lm-evaluation-harness 0.4.13, `fda/task.py` and `swde/task.py`; Arora et al. 2024, *Simple linear attention
///   language models balance the recall-throughput tradeoff*.
enum NativeClasses {
  private static let dataSets = [
    "e2070f27f2166f95": "hazyresearch/based-fda", "587b70577327c592": "hazyresearch/based-swde-v2",
  ]

  /// The keys in place of a class.
  ///
  /// - Returns: `nil` for a class that is not known.
  static func definition(of source: PythonFunction, named name: String, at node: TaskNode) throws(TaskError)
    -> TaskMapping?
  {
    guard let dataSet = dataSets[source.digest] else { return nil }
    return try TaskNode(
      yaml: """
        dataset_path: \(dataSet)
        dataset_name: default
        validation_split: validation
        output_type: generate_until
        doc_to_text: "{{text.strip()}}"
        doc_to_target: "{{value.strip()}}"
        generation_kwargs: {until: ["\\n"], max_gen_toks: 48}
        process_results: !function \(name)
        metric_list: [{metric: contains, aggregation: mean}]
        metadata: {version: 1}
        """, file: node.file
    ).mapping
  }

  /// Whether the value that a text holds is in the answer, in whatever case.
  static let functions: [NativeFunction] = dataSets.keys.map { digest in
    NativeFunction(names: [], sources: [digest]) { _ in
      .results { document, responses in
        guard case .texts(let answers) = responses, let answer = answers.first else { return [] }
        let value = PythonText.trimmed(try document.requiredText("value"))
        let pattern = try PythonPattern("(?i)" + PythonPattern.escaped(value))
        return [("contains", .number(try pattern.findAll(in: answer).isEmpty ? 0 : 1))]
      }
    }
  }
}
