import Foundation
import Templating

/// What Python's Jinja2 made of a table of templates; `Tools/make-references/templates.py` writes the file.
struct TemplateReferences: Decodable, Sendable {
  struct Case: Decodable, Sendable {
    var name: String
    var environment: String
    var context: String
    var template: String
    var text: String?
    var error: String?
    var line: Int?
    var message: String?
  }

  /// A template that is not ours to keep: of its result, the length in bytes and the FNV-1a digest.
  struct SharedCase: Decodable, Sendable {
    var path: String
    var context: String
    var bytes: Int?
    var digest: String?
    var error: String?
  }

  var cases: [Case]
  /// In the folder `shared`.
  var shared: [SharedCase]
  /// In the folder of `Tools/fetch-templates`.
  var fetched: [SharedCase]

  static let bundled: TemplateReferences = {
    guard let data = try? Data(contentsOf: file),
      let references = try? JSONDecoder().decode(Self.self, from: data)
    else { preconditionFailure("the fixture templates.json cannot be read") }
    return references
  }()

  /// The variables, read by our own reader, which keeps the order of keys.
  static let contexts: TemplateDictionary = {
    guard let text = try? String(contentsOf: file, encoding: .utf8),
      case .dictionary(let whole)? = try? TemplateValue(json: text),
      case .dictionary(let contexts)? = whole["contexts"]
    else { preconditionFailure("the fixture templates.json has no contexts") }
    return contexts
  }()

  static func context(_ name: String) -> TemplateDictionary {
    guard case .dictionary(let variables)? = contexts[name] else { return [:] }
    return variables
  }

  private static var file: URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/templates.json")
  }
}

extension TemplateEnvironment {
  /// The environment of a reference, at the references' time.
  static func named(_ name: String) -> TemplateEnvironment {
    var environment = name == "chat" ? TemplateEnvironment.chat : .taskFile
    environment.now = { Date(timeIntervalSince1970: 1_720_170_187) }  // 2024-07-05 09:03:07 UTC
    environment.timeZone = .gmt
    return environment
  }
}
