import Foundation
import Templating

enum ArrowDocuments {
  static func read(_ bytes: Data, file: String) throws(TaskError) -> [TemplateDictionary] {
    throw .badData("'\(file)'")
  }
}
