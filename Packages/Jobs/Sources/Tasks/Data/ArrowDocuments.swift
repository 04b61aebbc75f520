import Foundation
import Templating

/// Documents in Arrow IPC files, as the `datasets` library saves them: not read in this version.
enum ArrowDocuments {
  /// - Throws: ``TaskError`` that says how to make a file that is read.
  static func read(_ bytes: Data, file: String) throws(TaskError) -> [TemplateDictionary] {
    throw .badData(
      "'\(file)' is an Arrow file, which this version does not read; write the split as JSON lines with Tools/export-dataset/export-dataset"
    )
  }
}
