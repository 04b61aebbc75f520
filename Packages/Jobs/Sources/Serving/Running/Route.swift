import Basics

/// The paths of the server.
enum Route: Equatable, Sendable {
  case completions, chat, models
  case model(String)
  case tokenize, detokenize, tokenizerInfo, health, metrics, openAPI

  static let paths: [(path: String, route: Route)] = [
    ("/v1/completions", .completions), ("/v1/chat/completions", .chat), ("/v1/models", .models),
    ("/tokenize", .tokenize), ("/detokenize", .detokenize), ("/tokenizer_info", .tokenizerInfo),
    ("/health", .health), ("/metrics", .metrics), ("/openapi.json", .openAPI),
  ]

  init?(_ path: String) {
    if let known = Self.paths.first(where: { $0.path == path }) {
      self = known.route
    } else if path.hasPrefix("/v1/models/"), path.utf8.count > "/v1/models/".utf8.count {
      self = .model(String(path.dropFirst("/v1/models/".count)))
    } else {
      return nil
    }
  }

  var method: String {
    switch self {
    case .completions, .chat, .tokenize, .detokenize: "POST"
    case .models, .model, .tokenizerInfo, .health, .metrics, .openAPI: "GET"
    }
  }

  /// Whether it needs no key.
  var isOpen: Bool { self == .health }

  /// The path as metrics and the log name it: no text of a client's.
  static func label(_ path: String) -> String {
    switch Route(path) {
    case .model?: "/v1/models/{model}"
    case .some: path
    case nil: "other"
    }
  }

  static func nearest(to path: String) -> String? { nearestName(to: path, among: paths.map(\.path)) }
}
