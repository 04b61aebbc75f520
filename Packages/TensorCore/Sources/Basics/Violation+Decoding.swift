extension Violation {
  /// Why a file of JSON does not decode, as the standard library's error has it.
  public init(decoding error: any Error) {
    func part(_ context: DecodingError.Context) -> String {
      "'\(context.codingPath.map(\.stringValue).joined(separator: "/"))'"
    }
    switch error {
    case DecodingError.keyNotFound(let key, _): self = .missing("key '\(key.stringValue)'")
    case DecodingError.typeMismatch(let type, let context),
      DecodingError.valueNotFound(let type, let context):
      self = .value(part(context), expected: "\(type)")
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      self = .value(part(context), expected: "a known value")
    default: self = .value(expected: "JSON")
    }
  }
}
