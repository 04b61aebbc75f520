import Basics
import Foundation

/// What goes back to a client.
enum Reply: Sendable {
  case json(Int, JSONValue)
  case text(Int, String, type: String)
  /// A page of HTML.
  case page(Data)
  case error(APIError)
  /// Parts of an answer as they are made.
  case stream(AsyncStream<[UInt8]>)

  var status: Int {
    switch self {
    case .json(let status, _), .text(let status, _, _): status
    case .error(let error): error.status
    case .stream, .page: 200
    }
  }
}

/// What a request took, for the log and the metrics.
struct RequestRecord: Sendable {
  var usage = Usage()
  /// Seconds to the first token; `nil` where there was none.
  var firstToken: Double?
}
