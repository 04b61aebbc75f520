import Foundation
import Testing

@testable import Serving

@Suite("The head of a request")
struct RequestHeadTests {
  private func head(_ lines: String...) throws(APIError) -> RequestHead {
    try RequestHead(lines.map { Array($0.utf8) })
  }

  @Test("A request's head gives its method, target, fields and the length of what follows")
  func reads() throws {
    let head = try head(
      "POST /v1/completions?a=b HTTP/1.1", "Host: here", "Content-Length: 12", "X-A: 1", "x-a:\t2 ",
      "Connection: Keep-Alive, close")
    #expect(head.method == "POST" && head.path == "/v1/completions" && head.target == "/v1/completions?a=b")
    #expect(head.fields["x-a"] == "1, 2")
    #expect(head.body == .bytes(12))
    #expect(!head.keepsConnection)
    #expect(try self.head("GET http://a.b/c HTTP/1.1", "Host: a.b").target == "/c")
    #expect(try self.head("GET / HTTP/1.1", "Host: a").keepsConnection)
    #expect(try !self.head("GET / HTTP/1.0").keepsConnection)
    #expect(try self.head("GET / HTTP/1.0", "Connection: keep-alive").keepsConnection)
    #expect(try self.head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: Chunked").body == .chunked)
  }

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
