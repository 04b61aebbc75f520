import FlyingSocks

/// Parts of a response as the HTTP library sends them: each is pulled when the one before is written, so that a slow client
/// is waited for.
struct StreamedBody: AsyncBufferedSequence {
  typealias Element = UInt8

  let parts: AsyncStream<[UInt8]>
  /// Lives as long as the response is sent.
  let visit: Visit

  func makeAsyncIterator() -> Iterator { Iterator(parts: parts.makeAsyncIterator()) }

  struct Iterator: AsyncBufferedIteratorProtocol {
    var parts: AsyncStream<[UInt8]>.Iterator
    private var rest: ArraySlice<UInt8> = []

    init(parts: AsyncStream<[UInt8]>.Iterator) { self.parts = parts }

    mutating func next() async -> UInt8? {
      if rest.isEmpty { rest = await parts.next()?[...] ?? [] }
      return rest.popFirst()
    }

    mutating func nextBuffer(suggested count: Int) async -> [UInt8]? {
      guard rest.isEmpty else {
        defer { rest = [] }
        return Array(rest)
      }
      return await parts.next()
    }
  }
}
