import CReports
import Digests
import Foundation

/// A whole page: it needs nothing beside itself, and is allowed to ask for nothing.
struct Page: Sendable {
  /// What a page may ask its own server for.
  enum Program: Sendable {
    /// A report, which asks for nothing.
    case report
    /// A page that is renewed while a run is under way.
    case live
    case none
  }

  var title: String
  var program: Program
  /// Whether its forms go to its own server.
  var sendsForms = false
  /// What follows the title in the page's head.
  var introduction: Markup
  var body: Markup
  /// What its program reads, behind all that is seen.
  var blocks: [DataBlock] = []

  func data() -> Data {
    let style = Self.text { unsafe creports_style($0) }
    let script = program.text
    let policy =
      "default-src 'none'; script-src \(Self.source(script)); style-src \(Self.source(style)); "
      + "\(program.connections)base-uri 'none'; form-action \(sendsForms ? "'self'" : "'none'")"
    let head: Markup = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(Markup(trusted: policy))">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="referrer" content="no-referrer">
      <title>\(title)</title>
      <style>\(Markup(trusted: style))</style>
      </head>
      <body>
      <a class="skip" href="#content">To the content</a>
      <header>
      <h1>\(title)</h1>
      \(introduction)</header>
      <main id="content">
      \(body)</main>
      <div id="status" role="status" aria-live="polite" class="faint"></div>

      """
    var page = Data(head.html.utf8)
    for block in blocks { page.append(Data(block.html.utf8)) }
    page.append(Data("<script>\(script)</script>\n</body>\n</html>\n".utf8))
    return page
  }

  /// The only text that the policy lets run or apply: what has this digest.
  private static func source(_ text: String) -> String {
    "'sha256-\(Data(Digest.sha256(Array(text.utf8))).base64EncodedString())'"
  }

  fileprivate static func text(_ file: (UnsafeMutablePointer<Int>) -> UnsafePointer<CChar>?) -> String {
    var count = 0
    let start = unsafe file(&count)
    return unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
  }
}

extension Page.Program {
  fileprivate var text: String {
    switch self {
    case .report: Page.text { unsafe creports_program($0) }
    case .live: Page.text { unsafe creports_live($0) }
    case .none: ""
    }
  }

  fileprivate var connections: String {
    switch self {
    case .live: "connect-src 'self'; "
    case .report, .none: ""
    }
  }
}
