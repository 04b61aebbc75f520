import Foundation
import Templating
import Testing

extension TemplateReferences.Case: CustomTestStringConvertible {
  var testDescription: String { "\(name), \(environment)" }
}

@Suite("Templates, as Python's Jinja2 renders them")
struct ReferenceTests {
  @Test("agree in text, or in the kind and line of the error", arguments: TemplateReferences.bundled.cases)
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
    "agree on real templates, by digest",
    .enabled(if: SharedFolder.exists, "the shared folder is not beside the repository"))
  func agreesOnSharedTemplates() throws {
    #expect(!TemplateReferences.bundled.shared.isEmpty)
    for reference in TemplateReferences.bundled.shared {
      let source = try String(contentsOf: SharedFolder.url.appending(path: reference.path), encoding: .utf8)
      let template = try Template(source, environment: .named("chat"))
      do throws(TemplateError) {
        let text = try template.render(TemplateReferences.context(reference.context))
        #expect(text.utf8.count == reference.bytes)
        #expect(Self.digest(text) == reference.digest)
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
