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
}
