import Testing

@testable import Serving

/// What refusals of a server say: to clients they have no other facts than the status, which stands beside them here.
@Suite("Sentences of refusals of a server")
struct ErrorSentenceTests {
  @Test(
    "A request's head is refused where readers could differ in what it says",
    arguments: [
      (["GET /"], 400, "METHOD PATH HTTP/1.1"), (["GET  / HTTP/1.1"], 400, "METHOD PATH"),
      (["G@T / HTTP/1.1"], 400, "METHOD PATH"), (["GET / HTTP/2.0"], 505, "HTTP/1.1"),
      (["GET / HTTP/1.1"], 400, "'Host' is missing"),
      (["GET / HTTP/1.1", "Host: a", "Host: b"], 400, "'host' is there twice"),
      (["GET / HTTP/1.1", "Host: a", " folded"], 400, "Name: value"),
      (["GET / HTTP/1.1", "Host: a", "Content-Length : 3"], 400, "Name: value"),
      (["GET / HTTP/1.1", "Host: a", "no colon"], 400, "found 'no colon'"),
      (["GET / HTTP/1.1", "Host: a", "X: \u{0}"], 400, "Name: value"),
      (["POST / HTTP/1.1", "Host: a", "Content-Length: 3", "Content-Length: 4"], 400, "twice"),
      (["POST / HTTP/1.1", "Host: a", "Content-Length: +3"], 400, "number of bytes"),
      (["POST / HTTP/1.1", "Host: a", "Content-Length: 3", "Transfer-Encoding: chunked"], 400, "without"),
      (["POST / HTTP/1.1", "Host: a", "Transfer-Encoding: gzip, chunked"], 501, "'chunked'"),
    ])
  func refuses(lines: [String], status: Int, words: String) {
    let error = #expect(throws: APIError.self) { try RequestHead(lines.map { Array($0.utf8) }) }
    #expect(error?.status == status && error?.message.contains(words) == true, "\(String(describing: error))")
  }
}
