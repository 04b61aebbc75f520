public import Evaluations

/// A document, or a window of a text, on which models are compared.
public struct ComparedDocument: Sendable {
  /// A scored token of the document.
  public struct Token: Sendable {
    /// The index of the request that scores it, among all.
    public let request: Int
    /// Its position in the request's ids.
    public let position: Int
    public let place: RowComparison.Place
  }

  public let evaluation: String
  /// The index of the document.
  public let document: Int
  /// Which window of a text it is, from 0; `nil` where a document is compared as a whole.
  public let window: Int?
  public let tokens: [Token]
  /// The rows of the tokens, each once: continuations of one prompt share their first.
  public let rows: [Int]

  init(
    evaluation: String, document: Int, window: Int? = nil, requests: Range<Int>, _ asked: [ScoreRequest],
    _ comparison: RowComparison
  ) {
    self.evaluation = evaluation
    self.document = document
    self.window = window
    tokens = requests.flatMap { request in
      zip(asked[request].scored, comparison.places[request]).map {
        Token(request: request, position: $0, place: $1)
      }
    }
    var seen: Set<Int> = []
    rows = tokens.map(\.place.row).filter { seen.insert($0).inserted }
  }
}
