import Foundation
import Templating
import Testing

extension TemplateReferences.Case: CustomTestStringConvertible {
  var testDescription: String { "\(name), \(environment)" }
}

@Suite("Templates, as Python's Jinja2 renders them")
struct ReferenceTests {
  @Test(
    "A template gives Jinja2's text, or an error of its kind and line",
    arguments: TemplateReferences.bundled.cases)
  func agrees(reference: TemplateReferences.Case) {
    do throws(TemplateError) {
      let template = try Template(reference.template, environment: .named(reference.environment))
      let text = try template.render(TemplateReferences.context(reference.context))
      #expect(reference.error == nil, "expected an error, got \(text)")
      if let expected = reference.text { #expect(Array(text.utf8) == Array(expected.utf8), "\(text)") }
    } catch {
      #expect(reference.text == nil, "\(error)")
      #expect("\(error.kind)" == reference.error ?? "none", "\(error)")
      if let line = reference.line { #expect(error.line == line, "\(error)") }
      if let message = reference.message { #expect(error.message == message) }
    }
  }

  @Test(
    "Real templates give Jinja2's text, by digest",
    .enabled(if: SharedFolder.exists, "the shared folder is not beside the repository"))
  func agreesOnSharedTemplates() throws {
    try compare(TemplateReferences.bundled.shared, in: SharedFolder.url)
  }

  /// Where `Tools/fetch-templates` keeps them.
  private static let fetched: URL? = {
    let environment = ProcessInfo.processInfo.environment
    let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache"
    let path = environment["ASSAY_TEMPLATES"] ?? cache + "/assay/templates"
    return FileManager.default.fileExists(atPath: path) ? URL(filePath: path) : nil
  }()

  @Test(
    "Seventy templates of published models give Jinja2's text, by digest",
    .enabled(if: fetched != nil, "needs Tools/fetch-templates"))
  func agreesOnPublishedTemplates() throws {
    // 'safe' is plain text here; that template adds a tool's description to it, which Jinja2 then escapes as HTML.
    let excluded = ("meetkai-functionary-medium-v3.1.jinja", "tools")
    let references = TemplateReferences.bundled.fetched.filter { ($0.path, $0.context) != excluded }
    try compare(references, in: #require(Self.fetched))
  }

  private func compare(_ references: [TemplateReferences.SharedCase], in folder: URL) throws {
    #expect(!references.isEmpty)
    for reference in references {
      let source = try String(contentsOf: folder.appending(path: reference.path), encoding: .utf8)
      let template = try Template(source, environment: .named("chat"))
      do throws(TemplateError) {
        let text = try template.render(TemplateReferences.context(reference.context))
        #expect(text.utf8.count == reference.bytes, "\(reference.path), \(reference.context)")
        #expect(Self.digest(text) == reference.digest, "\(reference.path), \(reference.context)")
      } catch {
        #expect("\(error.kind)" == reference.error, "\(reference.path), \(reference.context): \(error)")
      }
    }
  }

  private static func digest(_ text: String) -> String {
    let value = text.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
