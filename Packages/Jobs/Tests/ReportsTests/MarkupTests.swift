import Basics
import Compression
import Foundation
import Testing

@testable import Reports

@Suite("Markup")
struct MarkupTests {
  @Test("Text between tags and in attributes is never markup")
  func escapesTexts() {
    let text = "</script><b a='1' b=\"2\">&amp;\u{0}\u{1B}\u{7F}\u{9D}\n\u{202E}"
    let markup: Markup = "<p title=\"\(text)\">\(text)</p>"
    let inner = "&lt;/script&gt;&lt;b a=&#39;1&#39; b=&quot;2&quot;&gt;&amp;amp;␀␛␡\u{FFFD}\n\u{202E}"
    #expect(markup.html == "<p title=\"\(inner)\">\(inner)</p>")
  }

  @Test("Markup within markup stays as it is")
  func keepsMarkup() {
    let cells: [Markup] = ["<td>\("a<b")</td>", "<td>2</td>"]
    let row: Markup = "<tr>\(cells)</tr>"
    #expect(row.html == "<tr><td>a&lt;b</td><td>2</td></tr>")
  }

  @Test("A block's JSON reads back whatever its texts hold, and has no character of markup")
  func blocksReadBack() throws {
    let text = "</script><!-- \u{0} \u{2028} שלום 😀"
    let html = DataBlock("s0.1.2", JSONValue.list([.text(text), .number(.infinity)])).html
    let prefix = "<script type=\"application/octet-stream\" data-block=\"s0.1.2\">"
    #expect(html.hasPrefix(prefix) && html.hasSuffix("</script>\n"))
    let base64 = html.dropFirst(prefix.count).dropLast("</script>\n".count)
    #expect(!base64.contains("<"))
    let stream = try #require(Data(base64Encoded: String(base64)))
    let json = "[\(JSONText.quoted(text)), null]"
    #expect(
      Gzip.decompress(Array(stream)[...], to: json.utf8.count).map { String(decoding: $0, as: UTF8.self) }
        == json)
  }

  @Test("A page's policy allows its own style and program and no connection")
  func policyForbidsTheNetwork() {
    for (program, connects) in [(Page.Program.report, false), (.live, true), (.none, false)] {
      let page = String(
        decoding: Page(title: "a <b>", program: program, introduction: "", body: "").data(), as: UTF8.self)
      #expect(page.contains("<title>a &lt;b&gt;</title>"))
      #expect(page.contains("content=\"default-src 'none'; script-src 'sha256-"))
      #expect(page.contains("connect-src 'self'") == connects)
      #expect(!page.contains("http://") && !page.contains("https://"))
    }
  }
}
